// SPDX-License-Identifier: Apache-2.0
// The board in a page. main() returns at once; what is set up here lives as long as the page.
#include <cortado/client.hpp>
#include <emscripten/html5.h>

#include <utility>

#include "app/looks.hpp"
#include "app/page/controls.hpp"
#include "app/page/dom.hpp"
#include "app/page/painter.hpp"
#include "app/page/pointer.hpp"
#include "app/page/views.hpp"
#include "app/session.hpp"

namespace board {
namespace {

class Page {
 public:
  void start() {
    controls_.set_up();
    pointer_.listen();
    emscripten_set_resize_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false,
                                   [](int, const EmscriptenUiEvent*, void* self) {
                                     static_cast<Page*>(self)->ask_for_frame();
                                     return false;
                                   });
    dom::on_scheme_change(
        [](void* self) {
          auto& page = *static_cast<Page*>(self);
          page.painter_.begin_anew();
          page.ask_for_frame();
        },
        this);
    loop_.run(show_changes());
    loop_.run(session_.run());
    ask_for_frame();
  }

 private:
  cortado::Task<void> show_changes() {
    while (true) {
      co_await session_.changed();
      ask_for_frame();
    }
  }

  void ask_for_frame() {
    if (std::exchange(awaits_frame_, true)) return;
    emscripten_request_animation_frame(
        [](double, void* self) {
          static_cast<Page*>(self)->show();
          return false;
        },
        this);
  }

  void show() {
    awaits_frame_ = false;
    painter_.paint(session_.picture());
    people_.show(session_.picture());
    strokes_.show(session_.picture());
    status_.show(session_);
  }

  cortado::EventLoop loop_;
  Session session_{loop_, "/rpc", some_guest()};
  Pointer pointer_{session_};
  Controls controls_{session_, pointer_};
  Painter painter_;
  PeopleView people_;
  StrokesView strokes_;
  StatusView status_;
  bool awaits_frame_ = false;
};

}  // namespace
}  // namespace board

int main() {
  static board::Page page;
  page.start();
}
