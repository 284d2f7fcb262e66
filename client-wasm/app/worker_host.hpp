// SPDX-License-Identifier: Apache-2.0
// What a client in a worker needs to be connected to its page: one socket, once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "client-wasm/app/browser_host.hpp"
#include "client-wasm/app/browser_socket.hpp"
#include "client-wasm/app/keep_running.hpp"
#include "client-wasm/app/worker_page.hpp"

namespace cortado::browser {

class WorkerHost final : public BrowserHost {
 public:
  [[nodiscard]] client::OtherEnd other_end() const override;
  [[nodiscard]] std::unique_ptr<client::ClientSocket> make_socket(
      client::ClientConnection& connection) override;
};

class WorkerSocket final : public BrowserSocket, private WorkerPageListener {
 public:
  WorkerSocket(WorkerHost& host, client::ClientConnection& connection);

  /// At once, whatever the delay: the first time is the only one.
  void open(std::uint32_t delay_ms) override;
  void close(std::uint16_t code, std::string_view reason) override;

 private:
  // BrowserSocket
  [[nodiscard]] bool ready() const override { return page_.ready(); }
  [[nodiscard]] std::size_t buffered_size() const override { return page_.buffered_size(); }
  void send(std::span<const std::byte> message) override { page_.send(message); }

  // WorkerPageListener
  void on_page_open() override;
  void on_page_message(std::span<const std::byte> message) override;
  void on_page_left(std::string_view reason) override;
  [[nodiscard]] bool is_serving() override;

  WorkerHost& host_;
  WorkerPage page_{*this};
  std::optional<KeepRunning> running_;  // while there is a page
};

}  // namespace cortado::browser
