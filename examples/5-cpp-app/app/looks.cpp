// SPDX-License-Identifier: Apache-2.0
#include "app/looks.hpp"

#include <cstdio>
#include <random>

namespace board {
std::string css(Rgb color) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", color.red, color.green, color.blue);
  return text.data();
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

Person some_guest() {
  constexpr std::array names{"Ada",   "Blaise", "Cleo", "Dirac", "Emmy",  "Fermi",
                             "Grace", "Hedy",   "Ivan", "Joan",  "Kurt",  "Lise",
                             "Marie", "Niels",  "Olga", "Paul",  "Quinn", "Rosa",
                             "Sofia", "Tycho",  "Una",  "Vera",  "Wanda", "Yuri"};
  std::random_device random;
  return {.name = names[random() % names.size()],
          .color = static_cast<Color>(1 + random() % (color_count - 1))};
}

std::string connection_text(const Session& session) {
  if (session.end()) return "Disconnected";
  const auto status = session.status();
  if (!status) return "Connecting…";
  switch (status->state) {
    case cortado::ClientState::connected:
      return session.picture().is_up_to_date() ? "Connected" : "Joining…";
    case cortado::ClientState::reconnecting: return "Connecting again…";
    case cortado::ClientState::closed: return "Disconnected";
  }
  return {};
}

std::string connection_details(const Session& session) {
  const auto status = session.status();
  if (!status) return {};
  std::string text;
  const auto say = [&](const std::string& what) { text += (text.empty() ? "" : " · ") + what; };
  if (status->resumed_count > 0) {
    say("resumed " + counted(status->resumed_count, "time", "times"));
  }
  if (status->lost_count > 0) say("joined anew " + counted(status->lost_count, "time", "times"));
  const std::size_t waiting = session.picture().waiting();
  if (status->state != cortado::ClientState::connected && waiting > 0) {
    say(counted(waiting, "stroke waits", "strokes wait"));
  }
  return text;
}

}  // namespace board
