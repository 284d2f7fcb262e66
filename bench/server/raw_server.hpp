// SPDX-License-Identifier: Apache-2.0
// The practical limit that Cortado's server is measured against: endpoints written by hand on Beast
// for the calls and streams of the benchmarks. It trusts its caller and is no example of a server.
//
//   WebSocket /raw-echo          every message comes back as it is
//   WebSocket /raw-coalesced     frames of candidates/ideal.ts; one message of answers a message
//   WebSocket /raw-push*         a text comes back as often as is asked for
//   WebSocket /raw-upload*       texts are counted
//   POST      /json-batch        the JSON-RPC batch of candidates/json-batch.ts
//   GET       /memory            {"heap": bytes that the whole process has allocated}
//   GET       anything else      the pages
//
// `*` is "-coalesced", for many texts in a message, or nothing, for one.
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
