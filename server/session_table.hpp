// SPDX-License-Identifier: Apache-2.0
// The sessions of one thread: finds the one a client comes back to, makes new ones, and keeps those
// without a connection within their bounds, in number and in bytes.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "server/session_token.hpp"
#include "wire/envelope.hpp"

namespace cortado::server {

class ClientSession;
class Worker;

class SessionTable {
 public:
  explicit SessionTable(Worker& worker) : worker_(worker) {}
  ~SessionTable();
  SessionTable(const SessionTable&) = delete;
  SessionTable& operator=(const SessionTable&) = delete;

  /// The session that a HELLO means, or a new one. Null: the HELLO is older than another connection
  /// of its session (wire::Resumption::superseded).
  [[nodiscard]] std::shared_ptr<ClientSession> open(const wire::HelloView& hello,
                                                    const std::string& client_address);

  // What sessions say of themselves.
  void went_away(ClientSession& session);
  void came_back(ClientSession& session);
  void remove(ClientSession& session);

  /// Ends the sessions that are too many, or keep too much, without a connection.
  void tick();
  /// Ends those without a connection: nobody can come back to them.
  void end_away();
  /// Ends all.
  void end_all();

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  [[nodiscard]] std::size_t away_count() const { return away_.size(); }

  /// `visit` may end the session it is given, and no other.
  template <class Visit>
  void for_each(Visit visit) {
    for (auto at = sessions_.begin(); at != sessions_.end();) {
      const std::shared_ptr<ClientSession> session = (at++)->second;
      visit(*session);
    }
  }

 private:
  [[nodiscard]] std::shared_ptr<ClientSession> make(const std::string& client_address);
  void end_oldest_away(const char* why);

  Worker& worker_;
  std::unordered_map<SessionToken, std::shared_ptr<ClientSession>, SessionTokenHash> sessions_;
  std::list<ClientSession*> away_;  // first the one that went first
};

}  // namespace cortado::server
