// SPDX-License-Identifier: Apache-2.0
#include "net/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace cortado::net {

void fill_with_random(std::span<std::byte> bytes) {
  auto* const first = reinterpret_cast<unsigned char*>(bytes.data());
  if (RAND_bytes(first, static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("OpenSSL has no random numbers");
  }
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  fill_with_random(std::as_writable_bytes(std::span(&number, 1)));
  return number;
}

}  // namespace cortado::net
