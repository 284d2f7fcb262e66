// SPDX-License-Identifier: Apache-2.0
#include "schema/vectors/index.hpp"

#include <boost/json/parse.hpp>
#include <capnp/serialize.h>

#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>

#include "schema/vectors/codecs.hpp"

namespace cortado::vectors {
namespace {

const std::string folder = CORTADO_VECTORS_DIR "/data/";

/// Large enough for every vector, so that a message has one segment.
constexpr unsigned segment_words = 1U << 16U;

std::string member(const boost::json::object& entry, std::string_view name,
                   const std::string& otherwise) {
  const auto* const found = entry.if_contains(name);
  if (found == nullptr) return otherwise;
  return found->is_null() ? "" : std::string(found->as_string());
}

}  // namespace

std::string read_text(const std::string& file) {
  std::ifstream stream(folder + file, std::ios::binary);
  if (!stream) throw std::runtime_error("there is no " + folder + file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::byte> read_bytes(const std::string& file) {
  const std::string text = read_text(file);
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void write_bytes(const std::string& file, const std::vector<std::byte>& bytes) {
  std::ofstream stream(folder + file, std::ios::binary);
  for (const std::byte byte : bytes) stream.put(static_cast<char>(byte));
  if (!stream.flush()) throw std::runtime_error("cannot write " + folder + file);
}

std::vector<Vector> read_index() {
  std::vector<Vector> vectors;
  const boost::json::value index = boost::json::parse(read_text("index.json"));
  for (const auto& value : index.as_array()) {
    const auto& entry = value.as_object();
    Vector vector;
    vector.name = member(entry, "name", "");
    vector.structure = member(entry, "struct", "");
    vector.bin = member(entry, "bin", vector.name);
    vector.json = member(entry, "json", vector.name);
    vector.input = member(entry, "input", "");
    vector.rewritten = member(entry, "rewritten", vector.bin);
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

std::vector<std::byte> bytes_of(capnp::MessageBuilder& message) {
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = std::as_bytes(std::span(words.begin(), words.size()));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> encode(const std::string& structure, const std::string& json) {
  const Codec* const codec = find_codec(structure);
  if (codec == nullptr) throw std::runtime_error("vectors.capnp has no struct " + structure);
  capnp::MallocMessageBuilder message(segment_words);
  const auto read = codec->from_json(boost::json::parse(read_text(json + ".json")),
                                     message.getRoot<capnp::AnyPointer>());
  if (!read) throw std::runtime_error(json + ": " + to_string(read.error()));
  return bytes_of(message);
}

}  // namespace cortado::vectors
