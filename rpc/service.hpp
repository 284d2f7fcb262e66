// SPDX-License-Identifier: Apache-2.0
// What a generated service skeleton derives from, and what a dispatcher knows of it. One dispatch
// serves every carrier: frames (rpc/connection.hpp) and JSON-RPC (server/).
#pragma once

#include <capnp/any.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "rpc/call.hpp"
#include "rpc/overflow.hpp"
#include "rpc/task.hpp"

namespace cortado {

/// A method as the schema declares it. All views are of static storage.
struct MethodInfo {
  std::uint16_t ordinal = 0;
  std::string_view name;
  bool idempotent = false;
  /// $deadline of the method or its interface, in ms; 0: none.
  std::uint32_t deadline_ms = 0;
  /// $cache: how long a result is fresh, in ms; 0: not cacheable.
  std::uint32_t cache_ttl_ms = 0;
  /// $cache: whether everybody may share a result, or only the identity that asked.
  bool cache_public = false;
  wire::CallKind kind = wire::CallKind::unary;
  /// $overflow, of the items the service sends.
  Overflow overflow{};
};

struct ServiceInfo {
  std::uint64_t interface_id = 0;
  /// As in JSON-RPC: "Market", or "Exchange.Market" when nested.
  std::string_view name;
  /// In order of ordinals; methods[i].ordinal == i.
  std::span<const MethodInfo> methods;
};

class Service {
 public:
  virtual ~Service() = default;

  [[nodiscard]] virtual const ServiceInfo& info() const = 0;

  /// Runs one method. `call`, `params` and `results` live until the task has finished or is
  /// destroyed. The items of a method that streams are call.stream()'s; what they take the place of,
  /// `params` or `results`, is not looked at. Throws RpcError(unimplemented) for an ordinal that does not exist, and what
  /// Cap'n Proto throws for a message that is not valid.
  virtual Task<void> dispatch(std::uint16_t ordinal, Call& call, capnp::AnyPointer::Reader params,
                              capnp::AnyPointer::Builder results) = 0;
};

}  // namespace cortado
