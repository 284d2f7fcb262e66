// SPDX-License-Identifier: Apache-2.0
#include "app/page/dom.hpp"

#include <emscripten/em_js.h>

#include <cstdlib>
#include <memory>

// JavaScript: clang-format would break it.
// clang-format off
EM_JS_DEPS(board_dom, "$UTF8ToString,$stringToNewUTF8,$dynCall")
EM_JS(void, board_set_text, (const char* selector, const char* text), {
  document.querySelector(UTF8ToString(selector)).textContent = UTF8ToString(text);
})
EM_JS(void, board_set_attribute, (const char* selector, const char* name, const char* value), {
  document.querySelector(UTF8ToString(selector))
    .setAttribute(UTF8ToString(name), UTF8ToString(value));
})
EM_JS(void, board_set_style, (const char* selector, const char* property, const char* value), {
  document.querySelector(UTF8ToString(selector))
    .style.setProperty(UTF8ToString(property), UTF8ToString(value));
})
EM_JS(void, board_set_value, (const char* selector, const char* value), {
  document.querySelector(UTF8ToString(selector)).value = UTF8ToString(value);
})
EM_JS(void, board_check, (const char* selector), {
  document.querySelector(UTF8ToString(selector)).checked = true;
})
EM_JS(char*, board_value, (const char* selector), {
  return stringToNewUTF8(document.querySelector(UTF8ToString(selector)).value);
})
EM_JS(void, board_add, (const char* from, const char* parent, const char* id), {
  const { content } = document.querySelector(UTF8ToString(from));
  const element = content.firstElementChild.cloneNode(true);
  element.id = UTF8ToString(id);
  document.querySelector(UTF8ToString(parent)).append(element);
})
EM_JS(void, board_remove, (const char* selector), {
  document.querySelector(UTF8ToString(selector)).remove();
})
EM_JS(bool, board_prefers_dark, (), {
  return matchMedia("(prefers-color-scheme: dark)").matches;
})
EM_JS(void, board_on_scheme_change, (void* callback, void* context), {
  matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", () => dynCall("vp", callback, [context]));
})
// clang-format on

namespace board::dom {

void set_text(const std::string& selector, const std::string& text) {
  board_set_text(selector.c_str(), text.c_str());
}

void set_attribute(const std::string& selector, const std::string& name, const std::string& value) {
  board_set_attribute(selector.c_str(), name.c_str(), value.c_str());
}

void set_style(const std::string& selector, const std::string& property, const std::string& value) {
  board_set_style(selector.c_str(), property.c_str(), value.c_str());
}

void set_value(const std::string& selector, const std::string& value) {
  board_set_value(selector.c_str(), value.c_str());
}

void check(const std::string& selector) { board_check(selector.c_str()); }

std::string value(const std::string& selector) {
  const std::unique_ptr<char, decltype(&std::free)> text(board_value(selector.c_str()), std::free);
  return text.get();
}

void add(const std::string& template_selector, const std::string& parent, const std::string& id) {
  board_add(template_selector.c_str(), parent.c_str(), id.c_str());
}

void remove(const std::string& selector) { board_remove(selector.c_str()); }

bool prefers_dark() { return board_prefers_dark(); }

void on_scheme_change(void (*function)(void* context), void* context) {
  board_on_scheme_change(reinterpret_cast<void*>(function), context);
}

}  // namespace board::dom
