// SPDX-License-Identifier: Apache-2.0
#include "server/method_table.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cassert>
#include <utility>

namespace cortado::server {

namespace json = boost::json;

void MethodTable::add(Service& service, const JsonCodec& codec) {
  const ServiceInfo& info = service.info();
  assert(codec.methods.size() == info.methods.size());
  for (const MethodInfo& method : info.methods) {
    names_.push_back(std::string(info.name) + "." + std::string(method.name));
    methods_.emplace(names_.back(),
                     Method{&service, &info, &method, &codec.methods[method.ordinal]});
  }
  codecs_.push_back(&codec);
}

const Method* MethodTable::find(std::string_view name) const {
  const auto found = methods_.find(name);
  return found == methods_.end() ? nullptr : &found->second;
}

std::string MethodTable::openrpc(std::string_view title, std::string_view version) const {
  json::array methods;
  json::object schemas;
  for (const JsonCodec* codec : codecs_) {
    // The generator's output: not to be mistrusted, so a failure may throw.
    json::value part = json::parse(codec->openrpc);
    json::object& object = part.as_object();
    for (json::value& method : object.at("methods").as_array()) {
      methods.push_back(std::move(method));
    }
    // Services that share a type describe it alike.
    for (auto& schema : object.at("schemas").as_object()) {
      schemas.insert_or_assign(schema.key(), std::move(schema.value()));
    }
  }
  const json::object document{
      {"openrpc", "1.3.2"},
      {"info", {{"title", title}, {"version", version}}},
      {"methods", std::move(methods)},
      {"components", {{"schemas", std::move(schemas)}}},
  };
  return json::serialize(document);
}

}  // namespace cortado::server
