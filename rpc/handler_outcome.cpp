// SPDX-License-Identifier: Apache-2.0
// One catch block for each kind of exception.
#include "rpc/handler_outcome.hpp"

#include <kj/exception.h>

#include <exception>
#include <string_view>

namespace cortado {

namespace {

/// Whether Cap'n Proto itself threw it. It cannot be told here which message it was reading, but a
/// handler reads its params, and has received and checked all others by itself.
bool is_of_reader(const kj::Exception& exception) {
  const std::string_view file = exception.getFile();
  const std::size_t folder = file.rfind('/');
  if (folder == std::string_view::npos) return false;
  return file.substr(0, folder).ends_with("capnp") && file.ends_with(".c++");
}

HandlerOutcome unexpected(std::string what) {
  return {Error{StatusCode::internal, "internal error", 0, {}}, std::move(what)};
}

}  // namespace

HandlerOutcome outcome_of(Task<void>& task, const Call& call) {
  HandlerOutcome outcome = outcome_of([&task] { task.take(); });
  if (!outcome.error && call.failure()) outcome.error = call.failure();
  return outcome;
}

Error invalid_params() {
  return {StatusCode::invalid_argument, "the params are no valid message", 0, {}};
}

HandlerOutcome outcome_of_exception() {
  try {
    throw;
  } catch (const RpcError& error) {
    return {error.error(), {}};
  } catch (const kj::Exception& exception) {
    if (is_of_reader(exception)) return {invalid_params(), {}};
    const auto text = exception.getDescription();
    return unexpected(std::string(text.begin(), text.size()));
  } catch (const std::exception& exception) {
    return unexpected(exception.what());
  } catch (...) {
    return unexpected("an exception of a type of its own");
  }
}

}  // namespace cortado
