// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_frame.hpp"

#include <cstring>

namespace cortado::net {
namespace {

constexpr std::byte final_bit{0x80};
constexpr std::byte reserved_bits{0x70};
constexpr std::byte opcode_bits{0x0f};
constexpr std::byte mask_bit{0x80};
constexpr std::byte size_bits{0x7f};
constexpr unsigned size_in_2_bytes = 126;
constexpr unsigned size_in_8_bytes = 127;

std::uint64_t read_big_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

void write_big_endian(std::span<std::byte> out, std::uint64_t value) {
  for (std::size_t i = out.size(); i-- > 0; value >>= 8) out[i] = static_cast<std::byte>(value);
}

std::optional<Opcode> to_opcode(std::byte bits) {
  const auto number = std::to_integer<unsigned>(bits);
  const bool known = number <= 0x2 || (number >= 0x8 && number <= 0xa);
  if (!known) return std::nullopt;
  return static_cast<Opcode>(number);
}

bool valid(const FrameHeader& header) {
  if (header.payload_size >> 63 != 0) return false;
  if (!is_control(header.opcode)) return true;
  return header.final && header.payload_size <= control_payload_size_max;
}

}  // namespace

std::size_t write_header(std::span<std::byte, websocket_header_size_max> out,
                         const FrameHeader& header) {
  std::size_t size = 2;
  std::uint64_t first_size = header.payload_size;
  if (header.payload_size > 0xffff) {
    first_size = size_in_8_bytes;
    write_big_endian(out.subspan<2, 8>(), header.payload_size);
    size += 8;
  } else if (header.payload_size >= size_in_2_bytes) {
    first_size = size_in_2_bytes;
    write_big_endian(out.subspan<2, 2>(), header.payload_size);
    size += 2;
  }
  out[0] = static_cast<std::byte>(header.opcode) | (header.final ? final_bit : std::byte{0});
  out[1] = static_cast<std::byte>(first_size) | (header.mask ? mask_bit : std::byte{0});
  if (header.mask) {
    std::memcpy(&out[size], header.mask->data(), header.mask->size());
    size += header.mask->size();
  }
  return size;
}

std::expected<std::optional<ReadHeader>, CloseCode> read_header(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const std::optional<Opcode> opcode = to_opcode(bytes[0] & opcode_bits);
  if (!opcode || (bytes[0] & reserved_bits) != std::byte{0}) {
    return std::unexpected(CloseCode::protocol_error);
  }
  ReadHeader read;
  read.size = 2;
  read.header.final = (bytes[0] & final_bit) != std::byte{0};
  read.header.opcode = *opcode;
  read.header.payload_size = std::to_integer<std::uint64_t>(bytes[1] & size_bits);
  const bool masked = (bytes[1] & mask_bit) != std::byte{0};

  std::size_t long_size = 0;
  if (read.header.payload_size == size_in_2_bytes) long_size = 2;
  if (read.header.payload_size == size_in_8_bytes) long_size = 8;
  const std::size_t whole = read.size + long_size + (masked ? sizeof(MaskKey) : 0);
  if (bytes.size() < whole) return std::nullopt;

  if (long_size > 0) {
    read.header.payload_size = read_big_endian(bytes.subspan(read.size, long_size));
    read.size += long_size;
  }
  if (masked) {
    read.header.mask.emplace();
    std::memcpy(read.header.mask->data(), &bytes[read.size], sizeof(MaskKey));
    read.size += sizeof(MaskKey);
  }
  if (!valid(read.header)) return std::unexpected(CloseCode::protocol_error);
  return read;
}

void mask_into(std::byte* target, std::span<const std::byte> source, MaskKey key,
               std::uint64_t offset) {
  // The key as it falls on the first byte, twice, so that eight bytes go at once.
  std::array<std::byte, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(offset + i) % key.size()];
  std::uint64_t wide_key = 0;
  std::memcpy(&wide_key, turned.data(), sizeof wide_key);

  std::size_t at = 0;
  for (; at + sizeof wide_key <= source.size(); at += sizeof wide_key) {
    std::uint64_t word = 0;
    std::memcpy(&word, source.data() + at, sizeof word);
    word ^= wide_key;
    std::memcpy(target + at, &word, sizeof word);
  }
  for (; at < source.size(); ++at) target[at] = source[at] ^ turned[at % turned.size()];
}

}  // namespace cortado::net
