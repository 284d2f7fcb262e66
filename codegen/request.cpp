// SPDX-License-Identifier: Apache-2.0
#include "codegen/request.hpp"

#include <kj/exception.h>

#include <cstring>

namespace cortado::codegen {
namespace {

constexpr std::string_view usage_hint =
    "standard input is no request of Cap'n Proto's compiler. Run `capnp compile -o- file.capnp | "
    "capnpc-cortado --cpp=DIR`, or `capnp compile -ocortado:DIR file.capnp`";

constexpr std::uint64_t traversal_words_min = std::uint64_t{1} << 16U;
constexpr std::uint64_t traversals_max = 100;

}  // namespace

std::expected<Request, std::string> Request::parse(std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    return std::unexpected(
        "standard input is empty: capnp found an error and said so above, or "
        "there is no request. See --help");
  }
  Request request;
  // Words, so that the message is aligned. A tail that is no whole word is no part of a message.
  request.words_ = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(request.words_.begin(), bytes.data(), request.words_.size() * sizeof(capnp::word));
  capnp::ReaderOptions options;
  // The loader looks at each node several times; a message that points into itself in circles
  // ends here.
  options.traversalLimitInWords =
      traversal_words_min + traversals_max * std::uint64_t{request.words_.size()};
  try {
    request.message_ = std::make_unique<capnp::FlatArrayMessageReader>(request.words_, options);
    request.root_ = request.message_->getRoot<schema::CodeGeneratorRequest>();
    for (const auto node : request.root_.getNodes()) request.nodes_.emplace(node.getId(), node);
    for (const auto info : request.root_.getSourceInfo()) {
      request.source_infos_.emplace(info.getId(), info);
    }
    if (request.root_.getRequestedFiles().size() == 0)
      return std::unexpected(std::string(usage_hint));
  } catch (const kj::Exception& exception) {
    return std::unexpected(std::string(usage_hint) + " (" + exception.getDescription().cStr() +
                           ')');
  }
  return request;
}

const schema::Node::Reader* Request::find(std::uint64_t id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : &found->second;
}

schema::Node::SourceInfo::Reader Request::source_info(std::uint64_t id) const {
  const auto found = source_infos_.find(id);
  return found == source_infos_.end() ? schema::Node::SourceInfo::Reader{} : found->second;
}

}  // namespace cortado::codegen
