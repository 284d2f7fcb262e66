// SPDX-License-Identifier: Apache-2.0
// The Asio types of this tree. They name the executor of io_context itself: the type-erased default
// costs a virtual call and often an allocation for each operation.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>

namespace cortado::net {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Clock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

/// The clock that connections are told.
inline std::uint64_t now_ms() {
  const auto since_start = Clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_start).count());
}

inline std::uint64_t now_us() {
  const auto since_start = Clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(since_start).count());
}

/// A time of now_ms() for a timer.
inline Clock::time_point time_point(std::uint64_t time_ms) {
  return Clock::time_point(std::chrono::milliseconds(time_ms));
}

}  // namespace cortado::net
