// SPDX-License-Identifier: Apache-2.0
// Tests of errors as values, as text and as exceptions.
#include "rpc/error.hpp"

#include <doctest/doctest.h>

namespace cortado {

TEST_CASE("an error is copied from the wire and lent to it") {
  std::vector<std::byte> details(8, std::byte{1});
  Error copy;
  {
    const std::string message = "no such symbol";
    copy = Error::from({StatusCode::not_found, message, 250, details});
    details.assign(8, std::byte{2});
  }
  CHECK(copy.code == StatusCode::not_found);
  CHECK(copy.message == "no such symbol");
  CHECK(copy.retry_after_ms == 250);
  CHECK(copy.details == std::vector<std::byte>(8, std::byte{1}));
  const wire::ErrorView view = copy.view();
  CHECK(view.message.data() == copy.message.data());
  CHECK(view.details.data() == copy.details.data());
  CHECK(view.retry_after_ms == 250);
}

TEST_CASE("an error as text names its status") {
  CHECK(to_string({StatusCode::not_found, "no such symbol", 0, {}}) == "not_found: no such symbol");
  CHECK(to_string({StatusCode::internal, {}, 0, {}}) == "internal");
}

TEST_CASE("an RpcError says what it is") {
  const RpcError error(StatusCode::aborted, "try again");
  CHECK(std::string(error.what()) == "aborted: try again");
  CHECK(error.error().code == StatusCode::aborted);
}

}  // namespace cortado
