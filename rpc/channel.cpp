// SPDX-License-Identifier: Apache-2.0
#include "rpc/channel.hpp"

#include "rpc/call.hpp"
#include "rpc/stream_call.hpp"

namespace cortado {
namespace {

class NoWayBack final : public Channel {
 public:
  Task<Result<ReceivedMessage>> call(const MethodId& /*method*/, capnp::MessageBuilder& /*params*/,
                                     const CallOptions& /*options*/) override {
    co_return std::unexpected(error());
  }
  [[nodiscard]] std::unique_ptr<StreamCall> open(const MethodId& /*method*/,
                                                 capnp::MessageBuilder* /*params*/,
                                                 const CallOptions& /*options*/) override {
    return std::make_unique<StreamCall>(error());
  }

 private:
  static Error error() {
    return {StatusCode::unimplemented, "the caller came by HTTP, which has no way back", 0, {}};
  }
};

}  // namespace

Channel& no_way_back() {
  static NoWayBack channel;  // without a state
  return channel;
}

std::unique_ptr<StreamCall> Channel::open(const MethodId& /*method*/,
                                          capnp::MessageBuilder* /*params*/,
                                          const CallOptions& /*options*/) {
  return std::make_unique<StreamCall>(
      Error{StatusCode::unimplemented, "this channel brings single answers", 0, {}});
}

}  // namespace cortado
