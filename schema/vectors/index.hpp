// SPDX-License-Identifier: Apache-2.0
// data/index.json: what the vectors are. README.md explains the members.
#pragma once

#include <capnp/message.h>

#include <cstddef>
#include <string>
#include <vector>

namespace cortado::vectors {

struct Vector {
  std::string name;
  std::string structure;
  std::string bin;    // stem of the message
  std::string json;   // stem of what reading it gives; empty: reading fails
  std::string input;  // stem of the JSON it was written from; empty: none
  std::string
      rewritten;  // stem of the message that writing `json` gives; empty: it cannot be written
};

/// Throws std::runtime_error when a file is not there.
[[nodiscard]] std::vector<Vector> read_index();
[[nodiscard]] std::string read_text(const std::string& file);
[[nodiscard]] std::vector<std::byte> read_bytes(const std::string& file);
void write_bytes(const std::string& file, const std::vector<std::byte>& bytes);

/// With its segment table.
[[nodiscard]] std::vector<std::byte> bytes_of(capnp::MessageBuilder& message);

/// What `struct` and the JSON of that stem make: one segment.
[[nodiscard]] std::vector<std::byte> encode(const std::string& structure, const std::string& json);

}  // namespace cortado::vectors
