// SPDX-License-Identifier: Apache-2.0
// A session under any events, whose other end is the fuzzer: connections come and go, frames are
// true or not, and whatever happens each call of ours settles once.
#include "wire/session.hpp"

#include "wire/conversation.hpp"
#include "wire/fuzz_input.hpp"

using namespace cortado::wire;

namespace {

using test::Bytes;
using test::Input;
using test::must;
using test::operator+;

class Victim final : public SessionHandler {
 public:
  Victim(const PeerOptions& limits, const SessionOptions& options, test::Choose& choose)
      : talker(limits, choose),
        session(options, talker.peer, *this,
                test::bytes_of(limits.role == Role::acceptor ? "ttttt" : "")) {}

  void on_introduced(const HelloView&, bool) override {
    must(session.is_introduced(), "introduced when it is said");
  }
  void on_goaway(const GoawayView&) override {}
  void on_silent() override { must(session.is_attached(), "only a connection is silent"); }
  void on_expired() override { must(!session.is_resumable(), "an expired session is gone"); }

  test::Talker talker;
  Session session;
};

void check_output(Victim& victim) {
  const std::span<const std::byte> output = victim.session.output();
  must(output.empty() || victim.session.has_output(), "output is announced");
  FrameCursor cursor(output, payload_size_max + part_header_size);
  for (auto frame = cursor.next();; frame = cursor.next()) {
    must(frame.has_value(), "what leaves is whole frames");
    if (!*frame) break;
  }
  if (!output.empty()) victim.session.clear_output();
}

/// One event; false when the other end broke the protocol and the session is over.
bool step(Input& input, Victim& victim, Bytes& message) {
  switch (input.byte() % 8) {
    case 0: victim.session.attach(victim.talker.now_ms); break;
    case 1: victim.session.detach(victim.talker.now_ms); break;
    case 2: victim.talker.act(); break;
    case 3: check_output(victim); break;
    case 4:
      victim.talker.now_ms += input.byte() * 500;
      victim.session.advance(victim.talker.now_ms);
      break;
    case 5:
      if (input.byte() > 250) victim.session.abandon();
      break;
    case 6: message = message + test::choose_frame(input); break;
    default:
      if (input.byte() == 255) message = message + input.take(input.byte());
      const auto hello = Session::read_hello_of(message);
      if (hello) static_cast<void>(victim.session.judge(*hello));
      const auto taken = victim.session.receive(message, victim.talker.now_ms);
      message.clear();
      if (taken) break;
      victim.session.detach(victim.talker.now_ms);
      return taken.error() == CloseReason::session_lost || taken.error() == CloseReason::superseded;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(std::span(data, size));
  test::Choose choose = [&input](std::uint32_t bound) { return input.byte() % bound; };
  const std::uint32_t options = input.byte();
  Victim victim({.role = options % 2 == 0 ? Role::connector : Role::acceptor,
                 .payload_size_max = options / 2 % 2 == 0 ? 200U : payload_size_max,
                 .calls_in_flight_max = 5},
                {.retained_size_max = options / 4 % 2 == 0 ? 3000U : 4'194'304U,
                 .ack_frames = 1 + options / 8 % 8,
                 .ack_delay_ms = options / 64 % 2 * 100,
                 .ping_interval_ms = options / 128 * 20'000},
                choose);
  Bytes message;
  while (!input.at_end() && step(input, victim, message)) victim.talker.check_calls();
  victim.talker.close();
  return 0;
}
