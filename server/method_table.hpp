// SPDX-License-Identifier: Apache-2.0
// The methods that can be called with JSON, by name.
#pragma once

#include <boost/json/object.hpp>

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rpc/json.hpp"
#include "rpc/service.hpp"

namespace cortado::server {

struct Method {
  Service* service = nullptr;
  const ServiceInfo* service_info = nullptr;
  const MethodInfo* info = nullptr;
  const JsonMethod* codec = nullptr;
};

class MethodTable {
 public:
  /// `service` and `codec` must outlive the table; no two services of one name.
  void add(Service& service, const JsonCodec& codec);

  /// "Market.quote"; nullptr: there is none.
  [[nodiscard]] const Method* find(std::string_view name) const;

  /// The OpenRPC document of all services, as JSON text. `title` and `version` describe the server.
  [[nodiscard]] std::string openrpc(std::string_view title, std::string_view version) const;

 private:
  std::deque<std::string> names_;  // what the keys borrow from: a deque moves no element
  std::unordered_map<std::string_view, Method> methods_;
  std::deque<const JsonCodec*> codecs_;
};

}  // namespace cortado::server
