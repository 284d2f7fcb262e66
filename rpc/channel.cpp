// SPDX-License-Identifier: Apache-2.0
#include "rpc/channel.hpp"

#include "rpc/stream_call.hpp"

namespace cortado {

std::unique_ptr<StreamCall> Channel::open(const MethodId& /*method*/,
                                          capnp::MessageBuilder* /*params*/,
                                          const CallOptions& /*options*/) {
  return std::make_unique<StreamCall>(
      Error{StatusCode::unimplemented, "this channel brings single answers", 0, {}});
}

}  // namespace cortado
