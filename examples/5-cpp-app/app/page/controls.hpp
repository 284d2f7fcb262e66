// SPDX-License-Identifier: Apache-2.0
// The tools beside the board: colours, widths, undo, clear, one's name, and the knife for the network.
#pragma once

#include <emscripten/html5.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/looks.hpp"
#include "app/page/pointer.hpp"
#include "app/session.hpp"

namespace board {

class Controls {
 public:
  Controls(Session& session, Pointer& pointer) : session_(session), pointer_(pointer) {}
  Controls(const Controls&) = delete;
  Controls& operator=(const Controls&) = delete;

  /// Makes them, and obeys them from now on. It must live as long as the page.
  void set_up();

 private:
  void add_color(std::size_t index);
  void add_width(const PenWidth& pen);
  void listen_to_name();
  void take_name();
  /// `what` is done when the element is clicked, or chosen by the keyboard.
  void on_click(const std::string& selector, std::function<void()> what);
  static bool clicked(int type, const EmscriptenMouseEvent* event, void* action);

  Session& session_;
  Pointer& pointer_;
  std::vector<std::unique_ptr<std::function<void()>>> actions_;
};

}  // namespace board
