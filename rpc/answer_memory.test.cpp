// SPDX-License-Identifier: Apache-2.0
#include "rpc/answer_memory.hpp"

#include <capnp/message.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/testdata/echo.capnp.h"

namespace cortado {
namespace {

using test::Echo;

const AnswerMemoryOptions roomy{
    .remembered_ms = 1000, .size_max = 1 << 20, .seed = 7, .on_full = {}};

AnswerKey key_of(std::string_view key, std::uint16_t method = 0, std::uint64_t params = 0) {
  return {
      .interface_id = 1, .method = method, .key = std::as_bytes(std::span(key)), .params = params};
}

/// A message that takes so many bytes and a bit.
struct Message {
  explicit Message(std::size_t size = 0) {
    builder.initRoot<Echo::EchoResults>().initPadding(static_cast<unsigned>(size));
  }
  Segments segments() { return builder.getSegmentsForOutput(); }
  capnp::MallocMessageBuilder builder;
};

/// Runs a call of this key; what is remembered of it, if anything is.
Answer* run(AnswerMemory& memory, std::string_view key, std::uint64_t now_ms = 0,
            std::size_t size = 0) {
  KeyedCall call;
  REQUIRE(call.ask(memory, key_of(key), now_ms) == Asked::runs);
  return call.remember(Message(size).segments(), now_ms);
}

bool is_remembered(AnswerMemory& memory, std::string_view key, std::uint64_t now_ms = 0) {
  KeyedCall call;
  return call.ask(memory, key_of(key), now_ms) == Asked::answered;
}

}  // namespace

TEST_CASE("the answer to a key is given to whoever asks again") {
  AnswerMemory memory(roomy);
  REQUIRE(run(memory, "a", 0, 1000) != nullptr);
  KeyedCall again;
  REQUIRE(again.ask(memory, key_of("a"), 0) == Asked::answered);
  capnp::MallocMessageBuilder copy;
  again.answer()->copy_results(copy.getRoot<capnp::AnyPointer>());
  CHECK(copy.getRoot<Echo::EchoResults>().getPadding().size() == 1000);
  CHECK(memory.given_count() == 1);
  CHECK(memory.size() > 1000);
}

TEST_CASE("a key means one call of one method, with its params") {
  AnswerMemory memory(roomy);
  run(memory, "a");
  CHECK(KeyedCall().ask(memory, key_of("a", /*method=*/1), 0) == Asked::runs);
  CHECK(KeyedCall().ask(memory, key_of("b"), 0) == Asked::runs);
  CHECK(KeyedCall().ask(memory, key_of("a", 0, /*params=*/1), 0) == Asked::refused);
  AnswerKey other_interface = key_of("a");
  other_interface.interface_id = 2;
  CHECK(KeyedCall().ask(memory, other_interface, 0) == Asked::runs);
  AnswerKey as_json = key_of("a", 0, /*params=*/1);
  as_json.is_json = true;
  CHECK(KeyedCall().ask(memory, as_json, 0) == Asked::answered);
}

TEST_CASE("params are told apart by their bytes") {
  const AnswerMemory memory(roomy);
  const std::string bytes = "0123456789abcdef";
  std::vector<std::uint64_t> digests{memory.digest(std::as_bytes(std::span(bytes)).first(8))};
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    std::string other = bytes;
    if (at < bytes.size()) other[at] ^= '\x80';
    digests.push_back(memory.digest(std::as_bytes(std::span(other))));
  }
  std::ranges::sort(digests);
  CHECK(std::ranges::adjacent_find(digests) == digests.end());
  CHECK(memory.digest(Message(8).segments()) == memory.digest(Message(8).segments()));
  CHECK(memory.digest(Message(8).segments()) != memory.digest(Message(16).segments()));
}

TEST_CASE("errors that say something of the call are remembered, those of the moment are not") {
  for (const auto& [code, is_lasting] : {std::pair{StatusCode::not_found, true},
                                         {StatusCode::invalid_argument, true},
                                         {StatusCode::already_exists, true},
                                         {StatusCode::permission_denied, true},
                                         {StatusCode::failed_precondition, true},
                                         {StatusCode::aborted, true},
                                         {StatusCode::out_of_range, true},
                                         {StatusCode::unimplemented, true},
                                         {StatusCode::data_loss, true},
                                         {StatusCode::unavailable, false},
                                         {StatusCode::resource_exhausted, false},
                                         {StatusCode::deadline_exceeded, false},
                                         {StatusCode::cancelled, false},
                                         {StatusCode::internal, false},
                                         {StatusCode::unknown, false},
                                         {StatusCode::unauthenticated, false}}) {
    CAPTURE(wire::name(code));
    AnswerMemory memory(roomy);
    KeyedCall call;
    REQUIRE(call.ask(memory, key_of("a"), 0) == Asked::runs);
    CHECK((call.remember(Error{code, "because", 250, {}}, 0) != nullptr) == is_lasting);
    KeyedCall again;
    REQUIRE(again.ask(memory, key_of("a"), 0) == (is_lasting ? Asked::answered : Asked::runs));
    if (is_lasting) {
      CHECK(to_string(*again.answer()->error()) == std::string(wire::name(code)) + ": because");
      CHECK(again.answer()->error()->retry_after_ms == 250);
    }
  }
}

TEST_CASE("an answer is forgotten when its time is over") {
  AnswerMemory memory(roomy);
  run(memory, "a", 100);
  run(memory, "b", 200);
  CHECK(is_remembered(memory, "a", 1099));
  CHECK(!is_remembered(memory, "a", 1100));
  CHECK(is_remembered(memory, "b", 1199));
  memory.expire(1200);
  CHECK(memory.size() == 0);
}

TEST_CASE("when there is no more room the oldest are forgotten, and it is told") {
  int full = 0;
  AnswerMemory memory(
      {.remembered_ms = 1000, .size_max = 32 * 1024, .seed = 7, .on_full = [&] { ++full; }});
  for (int number = 0; number < 32; ++number) run(memory, std::to_string(number), 0, 1000);
  CHECK(full > 0);
  CHECK(memory.size() <= 32 * 1024);
  for (int number = 0; number < 32; ++number) {
    CHECK(is_remembered(memory, std::to_string(number)) == (number >= full));
  }
  const int before = full;
  CHECK(run(memory, "large", 0, 4000) == nullptr);
  CHECK(full == before + 1);
  CHECK(!is_remembered(memory, "large"));
  CHECK(is_remembered(memory, "31"));
}

TEST_CASE("memory of any size does what it can") {
  for (const std::size_t size_max : {0u, 100u, 700u, 5000u, 10000u}) {
    AnswerMemory memory({.remembered_ms = 1000, .size_max = size_max, .seed = 7, .on_full = {}});
    SentAnswers sent(&memory);
    for (std::uint64_t number = 1; number < 100; ++number) {
      Answer* const answer = run(memory, std::to_string(number));
      CHECK(memory.size() <= size_max);
      if (answer != nullptr) sent.add(*answer, number, number, number % 3 == 0);
    }
  }
}

TEST_CASE("what a client has acknowledged is forgotten, and what died unacknowledged is not") {
  AnswerMemory memory(roomy);
  const auto never = [](std::uint64_t) { return false; };
  {
    SentAnswers sent(&memory);
    sent.add(*run(memory, "a"), 1, 10, false);
    sent.add(*run(memory, "b"), 3, 11, false);
    sent.add(*run(memory, "c"), 5, 12, false);
    sent.acknowledged(11, 12, never);
    CHECK(!sent.empty());
    CHECK(!is_remembered(memory, "a"));
    CHECK(!is_remembered(memory, "b"));
  }
  CHECK(is_remembered(memory, "c"));
  SentAnswers done(&memory);
  KeyedCall again;
  REQUIRE(again.ask(memory, key_of("c"), 0) == Asked::answered);
  done.add(*again.answer(), 1, 1, false);
  done.forget_all();
  CHECK(memory.size() == 0);
}

TEST_CASE("an answer in parts is acknowledged with the last of them") {
  AnswerMemory memory(roomy);
  SentAnswers sent(&memory);
  bool is_apart = true;
  const auto ask = [&](std::uint64_t call) { return call == 1 && is_apart; };
  sent.add(*run(memory, "large"), 1, 0, true);
  sent.add(*run(memory, "small"), 3, 1, false);
  sent.acknowledged(4, 4, ask);
  CHECK(!is_remembered(memory, "small"));
  CHECK(is_remembered(memory, "large"));
  is_apart = false;  // cut: it was sent with the fifth frame
  sent.acknowledged(4, 5, ask);
  CHECK(is_remembered(memory, "large"));
  sent.acknowledged(5, 9, ask);
  CHECK(memory.size() == 0);
}

TEST_CASE("an answer that was sent again waits for the later acknowledgement") {
  AnswerMemory memory(roomy);
  SentAnswers first(&memory);
  SentAnswers second(&memory);
  Answer& answer = *run(memory, "a");
  first.add(answer, 1, 1, false);
  second.add(answer, 1, 7, false);
  CHECK(first.empty());
  second.acknowledged(6, 9, [](std::uint64_t) { return false; });
  CHECK(is_remembered(memory, "a"));
  second.acknowledged(7, 9, [](std::uint64_t) { return false; });
  CHECK(memory.size() == 0);
}

TEST_CASE("a client that never acknowledges does not have the answers of others forgotten") {
  AnswerMemory memory({.remembered_ms = 1000, .size_max = 64 * 1024, .seed = 7, .on_full = {}});
  run(memory, "of another");
  SentAnswers sent(&memory);
  for (std::uint64_t number = 1; number < 1000; ++number) {
    sent.add(*run(memory, std::to_string(number)), number, number, false);
  }
  CHECK(is_remembered(memory, "of another"));
  CHECK(is_remembered(memory, "999"));
  CHECK(!is_remembered(memory, "900"));
}

TEST_CASE("many keys are found again, and their memory is used again") {
  AnswerMemory memory(roomy);
  for (std::uint64_t round = 0; round < 2; ++round) {
    for (int number = 0; number < 1500; ++number) run(memory, std::to_string(number), round * 5000);
    for (int number = 0; number < 1500; ++number) {
      CHECK(is_remembered(memory, std::to_string(number), round * 5000));
    }
  }
}

}  // namespace cortado
