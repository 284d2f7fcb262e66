// SPDX-License-Identifier: Apache-2.0
// A peer under any events. The first byte chooses: two honest peers on a schedule of the fuzzer's,
// or one peer whose other end is the fuzzer.
#include <algorithm>

#include "wire/conversation.hpp"

using namespace cortado::wire;

namespace {

using test::Bytes;
using test::operator+;
using test::must;

/// Reads the input from its beginning; zeros behind its end.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  std::uint32_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  Bytes take(std::size_t size) {
    size = std::min(size, bytes_.size());
    const auto taken = std::as_bytes(bytes_.first(size));
    bytes_ = bytes_.subspan(size);
    return {taken.begin(), taken.end()};
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

void converse(Input& input, test::Choose& choose) {
  const std::uint32_t limits = input.byte();
  const PeerOptions connector{.role = Role::connector,
                              .payload_size_max = 32 + limits % 16 * 8,
                              .calls_in_flight_max = limits / 16};
  const PeerOptions acceptor{.role = Role::acceptor, .seed = limits};
  test::Conversation conversation(choose, connector, acceptor);
  while (!input.at_end()) conversation.step();
  conversation.finish();
}

/// An id that may mean something to the peer.
CallId choose_id(Input& input) {
  const std::uint32_t choice = input.byte();
  const CallId generation = choice % 4;
  const CallId slot = choice / 4 % 8;
  return generation << 32 | slot << 1 | choice / 32 % 2;
}

/// A frame with a true header, so that what is behind it is reached.
Bytes choose_frame(Input& input) {
  const std::uint32_t type = input.byte() % 24;
  const CallId id = type < 8 ? choose_id(input) : 0;
  Bytes payload;
  switch (input.byte() % 4) {
    case 0: payload = input.take(input.byte()); break;
    case 1: payload.resize(request_envelope_size); break;
    case 2: payload.resize(response_envelope_size); break;
    default:
      payload.resize(error_envelope_size);
      payload[0] = static_cast<std::byte>(1 + input.byte() % 20);
      break;
  }
  if (type == static_cast<std::uint32_t>(FrameType::request) && payload.size() >= 20) {
    payload[16] = static_cast<std::byte>(input.byte());  // a timeout
  }
  return test::make_frame(type, id, payload);
}

void attack(Input& input, test::Choose& choose) {
  const std::uint32_t options = input.byte();
  test::Talker victim({.role = options % 2 == 0 ? Role::connector : Role::acceptor,
                       .payload_size_max = options / 2 % 2 == 0 ? 64U : payload_size_max,
                       .calls_in_flight_max = 5},
                      choose);
  victim.peer.introduce();
  Bytes message;
  if (options / 4 % 8 != 0) {
    Bytes hello(hello_size);
    hello[1] = hello[4] = std::byte{8};  // 2048 bytes, 8 calls
    message = test::make_frame(options % 2 == 0 ? FrameType::welcome : FrameType::hello, 0, hello);
  }
  while (!input.at_end()) {
    switch (input.byte() % 4) {
      case 0: victim.act(); break;
      case 1: victim.peer.clear_output(); break;
      case 2: message = message + choose_frame(input); break;
      default:
        if (input.byte() == 255) message = message + input.take(input.byte());
        const auto taken = victim.peer.receive(message, victim.now_ms);
        message.clear();
        if (!taken) return victim.close();
        break;
    }
    victim.check();
  }
  victim.close();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(std::span(data, size));
  test::Choose choose = [&input](std::uint32_t bound) { return input.byte() % bound; };
  if (input.byte() % 2 == 0) {
    converse(input, choose);
  } else {
    attack(input, choose);
  }
  return 0;
}
