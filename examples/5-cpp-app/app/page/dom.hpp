// SPDX-License-Identifier: Apache-2.0
// The few things that this application does to the page's elements. They are named by CSS selectors;
// one that is not there is an error of the page, and throws in JavaScript.
#pragma once

#include <string>
#include <string_view>

namespace board::dom {

void set_text(const std::string& selector, const std::string& text);
void set_attribute(const std::string& selector, const std::string& name, const std::string& value);
/// As element.style does, so that a strict Content-Security-Policy allows it.
void set_style(const std::string& selector, const std::string& property, const std::string& value);
/// What is typed into a field, or whether a box is ticked, is a property, no attribute.
void set_value(const std::string& selector, const std::string& value);
void check(const std::string& selector);
[[nodiscard]] std::string value(const std::string& selector);

/// Puts a copy of what a <template> holds, one element, at the end of `parent`, and gives it that id.
void add(const std::string& template_selector, const std::string& parent, const std::string& id);
void remove(const std::string& selector);

[[nodiscard]] bool prefers_dark();
/// Calls `function(context)` when prefers_dark() has changed.
void on_scheme_change(void (*function)(void* context), void* context);

}  // namespace board::dom
