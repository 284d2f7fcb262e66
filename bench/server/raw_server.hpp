// SPDX-License-Identifier: Apache-2.0
// The practical limit that Cortado's server is measured against: endpoints written by hand on Beast
// for the one call of the benchmarks. It trusts its caller and is no example of a server.
//
//   WebSocket /raw-echo       every message comes back as it is
//   WebSocket /raw-coalesced  frames of candidates/ideal.ts; one message of answers a message
//   POST      /json-batch     the JSON-RPC batch of candidates/json-batch.ts
//   GET       …               the pages
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace cortado::bench {

/// Serves on a thread of its own from construction to destruction.
class RawServer {
 public:
  explicit RawServer(std::filesystem::path pages);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  /// The free loopback port it took.
  [[nodiscard]] std::uint16_t port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cortado::bench
