// SPDX-License-Identifier: Apache-2.0
// The two scopes of a connection's work; see State::Turn and State::Running in
// connection_state.hpp, whose sources alone include this.
#pragma once

#include <utility>

#include "rpc/connection_state.hpp"

namespace cortado {

class Connection::State::Turn {
 public:
  explicit Turn(State& state) : state_(state) { ++state_.turns_; }
  ~Turn() {
    if (--state_.turns_ == 0) state_.tell_host();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  State& state_;
};

class Connection::State::Running {
 public:
  explicit Running(State& state) : state_(state) { ++state_.running_; }
  ~Running() {
    // Handlers' destructors may drop others, which are destroyed in the next round.
    while (state_.running_ == 1 && !state_.dropped_.empty()) {
      std::exchange(state_.dropped_, {}).clear();
    }
    --state_.running_;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  State& state_;
};

}  // namespace cortado
