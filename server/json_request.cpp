// SPDX-License-Identifier: Apache-2.0
#include "server/json_request.hpp"

#include <boost/json/serialize.hpp>

#include "rpc/json_support.hpp"

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
  if (!request.problem.empty() && request.id.empty()) request.id = null_id;
  return request;
}

}  // namespace cortado::server
