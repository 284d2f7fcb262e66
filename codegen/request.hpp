// SPDX-License-Identifier: Apache-2.0
// Cap'n Proto's CodeGeneratorRequest as it came from standard input: found by id, otherwise
// untouched. Whether its content can be used is for the loader to say.
#pragma once

#include <capnp/schema.capnp.h>
#include <capnp/serialize.h>
#include <kj/array.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cortado::codegen {

namespace schema = capnp::schema;

class Request {
 public:
  /// Copies `bytes`. The error says why they are no request.
  [[nodiscard]] static std::expected<Request, std::string> parse(std::span<const std::byte> bytes);

  [[nodiscard]] schema::CodeGeneratorRequest::Reader root() const { return root_; }

  /// Null when the request has no such node.
  [[nodiscard]] const schema::Node::Reader* find(std::uint64_t id) const;
  /// An empty one when there is none.
  [[nodiscard]] schema::Node::SourceInfo::Reader source_info(std::uint64_t id) const;

 private:
  Request() = default;

  kj::Array<capnp::word> words_;
  std::unique_ptr<capnp::FlatArrayMessageReader> message_;  // borrows words_
  schema::CodeGeneratorRequest::Reader root_;
  std::unordered_map<std::uint64_t, schema::Node::Reader> nodes_;
  std::unordered_map<std::uint64_t, schema::Node::SourceInfo::Reader> source_infos_;
};

[[nodiscard]] inline std::string_view view(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}
[[nodiscard]] inline std::string copy(capnp::Text::Reader text) { return std::string(view(text)); }

}  // namespace cortado::codegen
