// SPDX-License-Identifier: Apache-2.0
#include "server/session_table.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "net/random.hpp"
#include "server/client_session.hpp"
#include "server/worker.hpp"

namespace cortado::server {

SessionTable::~SessionTable() { end_all(); }

std::shared_ptr<ClientSession> SessionTable::open(const wire::HelloView& hello,
                                                  const std::string& client_address) {
  SessionToken token{};
  if (hello.session_token.size() == token.size()) {
    std::ranges::copy(hello.session_token, token.begin());
    if (const auto found = sessions_.find(token); found != sessions_.end()) {
      const std::shared_ptr<ClientSession> session = found->second;
      switch (session->judge(hello)) {
        case wire::Resumption::possible: return session;
        case wire::Resumption::superseded: return nullptr;
        case wire::Resumption::impossible: break;
      }
      session->end({StatusCode::unavailable, "the session could not be resumed", 0, {}},
                   wire::CloseReason::superseded);
    }
  }
  return make(client_address);
}

std::shared_ptr<ClientSession> SessionTable::make(const std::string& client_address) {
  std::array<std::byte, sizeof(SessionToken) + sizeof(std::uint64_t)> random{};
  net::fill_with_random(random);
  SessionToken token{};
  std::uint64_t seed = 0;
  std::memcpy(token.data(), random.data(), token.size());
  std::memcpy(&seed, random.data() + token.size(), sizeof seed);
  auto session = std::make_shared<ClientSession>(worker_, client_address, token, seed);
  sessions_.emplace(token, session);
  ++worker_.metrics.sessions_opened;
  return session;
}

void SessionTable::went_away(ClientSession& session) {
  session.away_place = away_.insert(away_.end(), &session);
  if (away_.size() <= worker_.site.options.sessions_away_max) return;
  worker_.metrics.limit_hit(Limit::sessions_away_max);
  end_oldest_away("too many sessions wait for their clients (sessions_away_max)");
}

void SessionTable::came_back(ClientSession& session) {
  if (const auto place = std::exchange(session.away_place, std::nullopt)) away_.erase(*place);
}

void SessionTable::remove(ClientSession& session) {
  came_back(session);
  sessions_.erase(session.token());
}

void SessionTable::tick() {
  std::size_t size = 0;
  for (const ClientSession* const session : away_) size += session->backlog_size();
  while (!away_.empty() && size > worker_.site.options.sessions_away_size_max) {
    size -= away_.front()->backlog_size();
    worker_.metrics.limit_hit(Limit::sessions_away_size_max);
    end_oldest_away("what waits for clients that are away is too much (sessions_away_size_max)");
  }
}

void SessionTable::end_oldest_away(const char* why) {
  away_.front()->end({StatusCode::unavailable, why, 0, {}}, wire::CloseReason::session_lost);
}

void SessionTable::end_away() {
  while (!away_.empty()) end_oldest_away("the server stops");
}

void SessionTable::end_all() {
  for_each([](ClientSession& session) {
    session.end({StatusCode::unavailable, "the server stops", 0, {}},
                wire::CloseReason::going_away);
  });
}

}  // namespace cortado::server
