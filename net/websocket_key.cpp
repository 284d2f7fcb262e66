// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_key.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <stdexcept>

#include "net/random.hpp"

namespace cortado::net {
namespace {

// RFC 6455, section 1.3.
constexpr std::string_view websocket_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string base64(std::span<const unsigned char> bytes) {
  // EVP_EncodeBlock ends with a zero byte, which std::string has room for.
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // Both types are bytes; OpenSSL's are unsigned.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return text;
}

bool is_base64_digit(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') || character == '+' || character == '/';
}

}  // namespace

std::string new_websocket_key() {
  std::array<unsigned char, 16> bytes{};
  fill_with_random(std::as_writable_bytes(std::span(bytes)));
  return base64(bytes);
}

MaskKey MaskKeys::next() {
  if (used_ == bytes_.size()) {
    fill_with_random(bytes_);
    used_ = 0;
  }
  MaskKey key{};
  std::memcpy(key.data(), &bytes_[used_], key.size());
  used_ += key.size();
  return key;
}

bool is_websocket_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::ranges::all_of(key.substr(0, 22), is_base64_digit);
}

std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + std::string(websocket_guid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL does not offer SHA-1, which WebSocket needs");
  }
  return base64(std::span(digest).first(size));
}

}  // namespace cortado::net
