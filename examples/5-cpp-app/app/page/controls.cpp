// SPDX-License-Identifier: Apache-2.0
#include "app/page/controls.hpp"

#include <string_view>
#include <utility>

#include "app/page/dom.hpp"

namespace board {
namespace {

constexpr std::uint32_t cut_ms = 3'000;

}  // namespace

void Controls::set_up() {
  for (std::size_t index = 0; index < looks.size(); ++index) add_color(index);
  for (const PenWidth& pen : pen_widths) add_width(pen);
  dom::check("#color-" + std::string(look(session_.me().color).name) + " input");
  dom::check("#width-" + std::string(pen_widths[pen_width_at_first].name) + " input");
  on_click("#undo", [this] { session_.undo(); });
  on_click("#clear", [this] { session_.clear(); });
  on_click("#cut", [this] { session_.cut_network(cut_ms); });
  listen_to_name();
}

void Controls::add_color(std::size_t index) {
  const Look& of = looks[index];
  const std::string selector = "#color-" + std::string(of.name);
  dom::add("#color-template", "#colors", selector.substr(1));
  dom::set_attribute(selector + " input", "aria-label", std::string(of.name));
  dom::set_attribute(selector, "title", std::string(of.name));
  dom::set_style(selector, "--on-light", css(of.on_light));
  dom::set_style(selector, "--on-dark", css(of.on_dark));
  on_click(selector + " input",
           [this, index] { session_.introduce(session_.me().name, static_cast<Color>(index)); });
}

void Controls::add_width(const PenWidth& pen) {
  const std::string selector = "#width-" + std::string(pen.name);
  dom::add("#width-template", "#widths", selector.substr(1));
  dom::set_attribute(selector + " input", "aria-label", std::string(pen.name));
  dom::set_attribute(selector, "title", std::string(pen.name));
  dom::set_style(selector, "--units", std::to_string(pen.units));
  on_click(selector + " input", [this, units = pen.units] { pointer_.set_pen_width(units); });
}

void Controls::listen_to_name() {
  dom::set_value("#name", session_.me().name);
  emscripten_set_blur_callback("#name", this, false,
                               [](int, const EmscriptenFocusEvent*, void* self) {
                                 static_cast<Controls*>(self)->take_name();
                                 return false;
                               });
  emscripten_set_keydown_callback("#name", this, false,
                                  [](int, const EmscriptenKeyboardEvent* event, void* self) {
                                    if (std::string_view(event->key) != "Enter") return false;
                                    static_cast<Controls*>(self)->take_name();
                                    return true;
                                  });
}

void Controls::take_name() {
  session_.introduce(dom::value("#name"), session_.me().color);
  dom::set_value("#name", session_.me().name);
}

void Controls::on_click(const std::string& selector, std::function<void()> what) {
  actions_.push_back(std::make_unique<std::function<void()>>(std::move(what)));
  emscripten_set_click_callback(selector.c_str(), actions_.back().get(), false, clicked);
}

bool Controls::clicked(int, const EmscriptenMouseEvent*, void* action) {
  (*static_cast<std::function<void()>*>(action))();
  return false;
}

}  // namespace board
