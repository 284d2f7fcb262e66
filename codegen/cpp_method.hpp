// SPDX-License-Identifier: Apache-2.0
// What a method looks like in C++, by its kind: the caller's stub, the handler and the case that
// runs it. For print_cpp.cpp.
#pragma once

#include <string>
#include <vector>

#include "codegen/model.hpp"
#include "codegen/writer.hpp"

namespace cortado::codegen {

/// Which values of a handler are messages, and not sequences.
[[nodiscard]] inline bool takes_params(const Method& method) {
  return !method.stream || !method.stream->params;
}
[[nodiscard]] inline bool fills_results(const Method& method) {
  return !method.stream || !method.stream->results;
}

/// A declaration or call that may not fit a line: `first`, then `arguments` below its end.
void print_cpp_call(Writer& out, const std::string& first,
                    const std::vector<std::string>& arguments, const std::string& last);

/// A member function of the client class, and its overload without anything to fill.
void print_cpp_stub(Writer& out, const Method& method, const std::string& name, const File& file);

/// The arguments of the handler; without names for a definition that ignores them.
[[nodiscard]] std::vector<std::string> cpp_handler_arguments(const Method& method, const File& file,
                                                             bool named);

/// `return this->quote(...);`, in dispatch().
void print_cpp_dispatch(Writer& out, const Method& method, const std::string& name,
                        const File& file);

/// An element of ServiceInfo::methods.
void print_cpp_method_info(Writer& out, const Method& method, const File& file);

}  // namespace cortado::codegen
