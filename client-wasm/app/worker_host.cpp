// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/worker_host.hpp"

namespace cortado::browser {

client::OtherEnd WorkerHost::other_end() const {
  return {.name = "the page",
          .caller = {"page", "worker"},
          .session = {.retained_size_max = 0, .ping_interval_ms = 0}};
}

std::unique_ptr<client::ClientSocket> WorkerHost::make_socket(
    client::ClientConnection& connection) {
  return std::make_unique<WorkerSocket>(*this, connection);
}

WorkerSocket::WorkerSocket(WorkerHost& host, client::ClientConnection& connection)
    : BrowserSocket(host, connection), host_(host) {}

void WorkerSocket::open(std::uint32_t) {
  if (page_.open()) {
    running_.emplace();
    return;
  }
  host_.post([this, weak = connection().weak_from_this()] {
    const auto held = weak.lock();
    if (!held) return;
    connection().not_opened({StatusCode::failed_precondition,
                             "this module has no page to connect to, or has one already: start it "
                             "with { cortadoPage: pageSocket() }",
                             0,
                             {}});
  });
}

void WorkerSocket::close(std::uint16_t, std::string_view) {
  stop_draining();
  page_.close();
  running_.reset();
}

void WorkerSocket::on_page_open() {
  const auto held = connection().shared_from_this();
  connection().opened();
}

void WorkerSocket::on_page_message(std::span<const std::byte> message) {
  const auto held = connection().shared_from_this();
  connection().receive(message);
}

void WorkerSocket::on_page_left(std::string_view reason) {
  const auto held = connection().shared_from_this();
  connection().lost({client::SocketEnd::no_close_frame, reason});
}

bool WorkerSocket::is_serving() { return connection().connection().served_calls_in_flight() > 0; }

}  // namespace cortado::browser
