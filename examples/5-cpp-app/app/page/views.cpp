// SPDX-License-Identifier: Apache-2.0
#include "app/page/views.hpp"

#include <algorithm>
#include <string_view>

#include "app/looks.hpp"
#include "app/page/dom.hpp"

namespace board {
namespace {

constexpr std::size_t strokes_shown_max = 6;

std::string_view state_of(const Session& session) {
  if (session.end()) return "closed";
  const auto status = session.status();
  if (!status) return "connecting";
  switch (status->state) {
    case cortado::ClientState::connected: return "connected";
    case cortado::ClientState::reconnecting: return "reconnecting";
    case cortado::ClientState::closed: return "closed";
  }
  return {};
}

void set_color(const std::string& selector, Color color) {
  dom::set_style(selector, "--on-light", css(look(color).on_light));
  dom::set_style(selector, "--on-dark", css(look(color).on_dark));
}

std::string percent(int part, int whole) { return std::to_string(100.0 * part / whole) + "%"; }

}  // namespace

// --- the connection ------------------------------------------------------------------------------

void StatusView::show(const Session& session) {
  const Picture& picture = session.picture();
  const std::string state(state_of(session));
  const std::string text = connection_text(session);
  const std::string details = connection_details(session);
  const std::string board = "The board: " + counted(picture.strokes().size(), "stroke", "strokes") +
                            ", " + counted(picture.people().size(), "person", "people") + ", " +
                            std::to_string(picture.waiting()) + " waiting";
  const std::string complaint = session.end() ? to_string(*session.end()) : session.complaint();
  const std::string all = state + text + details + board + complaint;
  if (all == shown_) return;
  shown_ = all;
  dom::set_attribute("#connection", "data-state", state);
  dom::set_text("#state", text);
  dom::set_text("#details", details);
  dom::set_attribute("#board", "aria-label", board);
  dom::set_text("#complaint", complaint);
}

// --- people --------------------------------------------------------------------------------------

void PeopleView::show(const Picture& picture) {
  std::erase_if(shown_, [&](const auto& entry) {
    const auto& [id, shown] = entry;
    const bool is_gone = !picture.people().contains(id);
    if (is_gone) hide(id, shown);
    return is_gone;
  });
  for (const auto& [id, person] : picture.people()) show(id, person, id == picture.me());
}

void PeopleView::show(std::uint32_t id, const Person& person, bool is_me) {
  const std::string item = "#person-" + std::to_string(id);
  const std::string cursor = "#cursor-" + std::to_string(id);
  const auto [found, is_new] = shown_.try_emplace(id);
  Shown& shown = found->second;
  if (is_new) dom::add("#person-template", "#people", item.substr(1));
  const bool has_cursor = person.cursor && !is_me;
  if (has_cursor && !shown.has_cursor) dom::add("#cursor-template", "#cursors", cursor.substr(1));
  if (!has_cursor && shown.has_cursor) dom::remove(cursor);
  const bool is_other = is_new || shown.person.name != person.name ||
                        shown.person.color != person.color || has_cursor != shown.has_cursor;
  if (is_other) {
    set_color(item, person.color);
    dom::set_text(item + " span", person.name + (is_me ? " (you)" : ""));
  }
  if (has_cursor) {
    if (is_other) {
      set_color(cursor, person.color);
      dom::set_text(cursor + " span", person.name);
    }
    dom::set_style(cursor, "left", percent(person.cursor->x, width));
    dom::set_style(cursor, "top", percent(person.cursor->y, height));
  }
  shown = {.person = person, .has_cursor = has_cursor};
}

void PeopleView::hide(std::uint32_t id, const Shown& shown) {
  dom::remove("#person-" + std::to_string(id));
  if (shown.has_cursor) dom::remove("#cursor-" + std::to_string(id));
}

// --- strokes -------------------------------------------------------------------------------------

void StrokesView::show(const Picture& picture) {
  std::vector<const Stroke*> newest;
  for (auto stroke = picture.strokes().rbegin();
       stroke != picture.strokes().rend() && newest.size() < strokes_shown_max; ++stroke) {
    if (stroke->is_complete) newest.push_back(&*stroke);
  }
  if (std::ranges::equal(newest, shown_, {}, &Stroke::id)) return;
  for (std::size_t index = 0; index < shown_.size(); ++index) {
    dom::remove("#stroke-" + std::to_string(index));
  }
  shown_.clear();
  for (const Stroke* stroke : newest) {
    const std::string item = "#stroke-" + std::to_string(shown_.size());
    dom::add("#stroke-template", "#strokes", item.substr(1));
    set_color(item, stroke->color);
    const auto author = picture.people().find(stroke->id.author);
    const std::string name =
        author == picture.people().end() ? "Somebody who left" : author->second.name;
    dom::set_text(item + " span", name);
    dom::set_text(item + " small", std::string(look(stroke->color).name) + ", " +
                                       counted(stroke->points.size(), "point", "points"));
    shown_.push_back(stroke->id);
  }
}

}  // namespace board
