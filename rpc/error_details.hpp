// SPDX-License-Identifier: Apache-2.0
// Typed details of an error: a struct of a schema that travels with the status, so that the caller
// need not read the message to know more.
//
//   throw cortado::RpcError({StatusCode::invalid_argument, "too many", 0,
//       cortado::error_details<Refusal>([](Refusal::Builder refusal) { refusal.setField("size"); })});
#pragma once

#include <capnp/generated-header-support.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "rpc/channel.hpp"
#include "rpc/error.hpp"

namespace cortado {

/// The bytes of Error::details: the type's id, then the message. `fill` gets the struct's builder.
template <class T, class Fill>
[[nodiscard]] std::vector<std::byte> error_details(Fill fill) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<T>());
  const kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  const std::uint64_t type_id = capnp::typeId<T>();  // little-endian, as every machine we build for
  std::vector<std::byte> details(sizeof type_id + words.size() * sizeof(capnp::word));
  std::memcpy(details.data(), &type_id, sizeof type_id);
  std::memcpy(details.data() + sizeof type_id, words.begin(), words.size() * sizeof(capnp::word));
  return details;
}

/// The details, when they are of this type. Throws kj::Exception when they are no message.
template <class T>
[[nodiscard]] std::optional<Response<T>> read_error_details(const Error& error) {
  std::uint64_t type_id = 0;
  if (error.details.size() < sizeof type_id) return std::nullopt;
  std::memcpy(&type_id, error.details.data(), sizeof type_id);
  if (type_id != capnp::typeId<T>()) return std::nullopt;
  return Response<T>(ReceivedMessage(std::span(error.details).subspan(sizeof type_id)));
}

}  // namespace cortado
