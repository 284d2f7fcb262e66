// SPDX-License-Identifier: Apache-2.0
// A peer under any events. The first byte chooses: two honest peers on a schedule of the fuzzer's,
// or one peer whose other end is the fuzzer.
#include "wire/conversation.hpp"
#include "wire/fuzz_input.hpp"

using namespace cortado::wire;

namespace {

using test::Bytes;
using test::Input;
using test::operator+;

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
      case 2: message = message + test::choose_frame(input); break;
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
