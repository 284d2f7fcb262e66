// SPDX-License-Identifier: Apache-2.0
// A client: the connection that takes its calls, and those before it whose server said GOAWAY and
// which finish what is in flight there.
#pragma once

#include <cortado/client.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "rpc/client_connection.hpp"
#include "rpc/wait_list.hpp"

namespace cortado {

class Client::State final : public std::enable_shared_from_this<Client::State>,
                            public Channel,
                            public client::ClientConnection::Owner {
 public:
  State(std::unique_ptr<client::ClientHost> host, const ConnectOptions& options);

  /// Begins to connect; calls made meanwhile wait.
  void open();
  /// Waits for the first connection, or says why there is none. `self` keeps what it waits on.
  static Task<Result<Client>> connect(std::shared_ptr<State> self);
  void close();
  void lose_connection(std::uint32_t pause_ms);

  [[nodiscard]] const ClientStatus& status() const { return status_; }
  static Task<void> wait_for_change(std::shared_ptr<State> self);
  static Task<Error> wait_for_end(std::shared_ptr<State> self);

  // --- Channel ---------------------------------------------------------------------------------

  Task<Result<ReceivedMessage>> call(const MethodId& method, capnp::MessageBuilder& params,
                                     const CallOptions& options) override;
  [[nodiscard]] std::unique_ptr<StreamCall> open(const MethodId& method,
                                                 capnp::MessageBuilder* params,
                                                 const CallOptions& options) override;

 private:
  using Connected = std::shared_ptr<client::ClientConnection>;

  // client::ClientConnection::Owner
  void status_changed(client::ClientConnection& connection) override;
  void went_away(client::ClientConnection& connection) override;
  void ended(client::ClientConnection& connection) override;

  [[nodiscard]] Connected make_connection();
  [[nodiscard]] std::optional<Error> refusal() const;
  void tell_status();

  const std::shared_ptr<client::ClientContext> context_;
  ClientStatus status_;
  std::uint32_t resumed_before_ = 0;  // counts of connections before the current one
  std::uint32_t lost_before_ = 0;
  WaitList changed_;
  bool change_is_posted_ = false;
  Connected current_;               // null before the first
  std::vector<Connected> leaving_;  // finish what is in flight
};

}  // namespace cortado
