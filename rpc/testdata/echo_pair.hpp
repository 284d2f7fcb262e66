// SPDX-License-Identifier: Apache-2.0
// Two ends that both serve Echo. Test code only.
#pragma once

#include "rpc/memory_pair.hpp"
#include "rpc/testdata/echo_service.hpp"

namespace cortado::test {

struct EchoPair {
  explicit EchoPair(wire::PeerOptions connector_options = {},
                    wire::PeerOptions acceptor_options = {})
      : registered_{page_services.add(page), server_services.add(server)},
        pair(page_services, server_services, connector_options, acceptor_options) {
    is_introduced_ = pair.deliver().has_value();
  }

  EchoService page;
  EchoService server;
  ServiceRegistry page_services;
  ServiceRegistry server_services;

 private:
  bool registered_[2];
  bool is_introduced_ = false;

 public:
  MemoryPair pair;
  EchoClient client{pair.connector};        // calls `server`
  EchoClient server_client{pair.acceptor};  // calls `page`
};

/// What a call came to: the text of its results, or its error.
template <class Results>
std::string outcome(Task<Result<Response<Results>>>& task) {
  if (!task.done()) return "not done";
  Result<Response<Results>> result = task.take();
  if (!result) return to_string(result.error());
  if constexpr (requires { (*result)->getText(); }) return (*result)->getText().cStr();
  if constexpr (requires { (*result)->getSum(); }) return std::to_string((*result)->getSum());
  return "ok";
}

}  // namespace cortado::test
