// SPDX-License-Identifier: Apache-2.0
#include "server/json_request.hpp"

#include <boost/json/serialize.hpp>

#include "rpc/json_support.hpp"
#include "wire/protocol.hpp"

namespace cortado::server {
namespace {

namespace json = boost::json;

constexpr std::string_view null_id = "null";

/// Puts the id's text into `out`; false: it is of a kind that no id may be.
bool read_id(const json::value& id, std::string_view number_id, std::string& out) {
  if (id.is_string()) {
    json_support::write_text(std::string_view(id.get_string()), out);
  } else if (id.is_null()) {
    out = null_id;
  } else if (id.is_number()) {
    // An "id" written with escapes is found in the value only.
    out = number_id.empty() ? json::serialize(id) : std::string(number_id);
  } else {
    return false;
  }
  return true;
}

/// False: it is no key.
bool read_key(const json::value& key, std::vector<std::byte>& out) {
  constexpr std::size_t key_size_max = wire::idempotency_key_size_max;
  json_support::Progress progress{.error = {}, .words_left = key_size_max / 8 + 1};
  const auto room = [&out](unsigned size) {
    out.resize(size);
    return capnp::Data::Builder(reinterpret_cast<capnp::byte*>(out.data()), out.size());
  };
  return json_support::read_data(key, json_support::Place(progress), room) && !out.empty() &&
         out.size() <= key_size_max;
}

}  // namespace

JsonRequest read_request(const json::value& value, std::string_view number_id) {
  JsonRequest request;
  const json::object* const object = value.if_object();
  if (object == nullptr) {
    request.id = null_id;
    request.problem = "a request is an object";
    return request;
  }
  if (const json::value* const id = object->if_contains("id");
      id != nullptr && !read_id(*id, number_id, request.id)) {
    request.problem = "id must be a string, a number or null";
  }
  const json::value* const version = object->if_contains("jsonrpc");
  if (version == nullptr || !version->is_string() || version->get_string() != "2.0") {
    request.problem = "jsonrpc must be \"2.0\"";
  }
  const json::value* const method = object->if_contains("method");
  if (method == nullptr || !method->is_string()) {
    request.problem = "method must be a string";
  } else {
    request.method = method->get_string();
  }
  request.params = object->if_contains("params");
  if (request.params != nullptr && !request.params->is_structured()) {
    request.problem = "params must be an object or an array";
  }
  if (const json::value* const key = object->if_contains("idempotencyKey");
      key != nullptr && !read_key(*key, request.idempotency_key)) {
    request.problem = "idempotencyKey must be 1 to 64 bytes in base64";
  }
  if (!request.problem.empty() && request.id.empty()) request.id = null_id;
  return request;
}

}  // namespace cortado::server
