// SPDX-License-Identifier: Apache-2.0
// What became of calls that carry an idempotency key, so that one that comes again is answered and
// not run again: over another session, over another carrier, or while it still runs. Knows no
// socket, clock or carrier. docs/sessions.md says what is promised, docs/adr/0015 why so.
//
// A call asks (KeyedCall::ask()) before it runs. Of all that ask by the same key one runs; the others
// get its answer, and when it is stopped without one the next of them runs.
//
// Whoever asks takes `joined` for an answer, whatever it is that has to be waited for: a store that
// other processes share can stand behind the same interface and have everybody wait.
#pragma once

#include <capnp/any.h>

#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rpc/error.hpp"
#include "rpc/linked.hpp"
#include "rpc/message_bytes.hpp"
#include "wire/protocol.hpp"

namespace cortado {

class AnswerMemory;
class KeyedCall;
class SentAnswers;

// Lists of answers, and of calls.
struct ByAge;
struct NotAcknowledged;
struct Joined;

/// Which call it is, for all carriers.
struct AnswerKey {
  std::uint64_t interface_id = 0;
  std::uint16_t method = 0;
  /// What its client chose, at most wire::idempotency_key_size_max bytes; borrowed.
  std::span<const std::byte> key{};
  /// AnswerMemory::digest() of the params.
  std::uint64_t params = 0;
  /// The params came as JSON: the same ones in a frame are other bytes, and are not compared.
  bool is_json = false;
};

/// What a call came to, or who will know. Belongs to its memory.
class Answer : public Linked<ByAge>, public Linked<NotAcknowledged> {
 public:
  /// Null: it succeeded.
  [[nodiscard]] const Error* error() const { return error_ ? &*error_ : nullptr; }
  /// Of a call that succeeded: a Cap'n Proto message, 8-byte aligned.
  [[nodiscard]] std::span<const std::byte> results() const {
    return std::as_bytes(std::span(words_.words().begin(), words_.words().size()));
  }
  void copy_results(capnp::AnyPointer::Builder results) const;
  /// On a connection whose client may still acknowledge it.
  [[nodiscard]] bool is_sent() const { return sent_ != nullptr; }

 private:
  friend AnswerMemory;
  friend KeyedCall;
  friend SentAnswers;

  [[nodiscard]] bool is_for(const AnswerKey& key) const;
  [[nodiscard]] bool has_params_of(const AnswerKey& key) const;
  /// Bytes, with all it holds.
  [[nodiscard]] std::size_t size() const;

  std::unique_ptr<Answer> next_;  // in its bucket, or among the spare ones
  std::uint64_t hash_ = 0;
  std::uint64_t interface_id_ = 0;
  std::uint64_t params_ = 0;
  std::uint64_t forget_at_ms_ = 0;
  std::size_t counted_size_ = 0;
  std::uint16_t method_ = 0;
  std::uint8_t key_size_ = 0;
  bool is_json_ = false;
  bool is_there_ = false;  // the call has ended
  std::array<std::byte, wire::idempotency_key_size_max> key_{};
  MessageWords words_;
  std::optional<Error> error_;
  List<KeyedCall, Joined> waiting_;  // while one runs
  // Where it was sent last, while that is not acknowledged.
  SentAnswers* sent_ = nullptr;
  std::uint64_t sent_frames_ = 0;
  std::uint64_t sent_call_ = 0;
};

enum class Asked : std::uint8_t {
  /// It is the first: run it, then say remember() or leave().
  runs,
  /// It has run: answer() is valid until anything else is asked of the memory.
  answered,
  /// Another one runs: wait() for what becomes of it.
  joined,
  /// The key was used with other params: key_refusal().
  refused,
};

/// One that asks. When it is destroyed it leaves.
class KeyedCall : public Linked<Joined> {
 public:
  KeyedCall() = default;
  virtual ~KeyedCall() { leave(); }

  /// Of a call that has not asked, or has left. The memory outlives the call.
  [[nodiscard]] Asked ask(AnswerMemory& memory, const AnswerKey& key, std::uint64_t now_ms);

  /// For a coroutine whose call has joined: goes on when the other one has ended. Then there is an
  /// answer(), valid up to the next suspension, or the call runs() itself.
  [[nodiscard]] auto wait() {
    struct Waiting {
      KeyedCall& call;
      [[nodiscard]] bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> waiting) { call.waiting_ = waiting; }
      void await_resume() const {}
    };
    return Waiting{*this};
  }

  [[nodiscard]] bool runs() const { return state_ == State::runs; }
  [[nodiscard]] bool has_joined() const { return state_ == State::waits; }
  /// Null: none was given.
  [[nodiscard]] Answer* answer() const { return state_ == State::answered ? answer_ : nullptr; }

  // Of a call that runs() and has ended: tells those who wait, and remembers. Null where the answer
  // is not remembered: it is too large, or an error that will be another one next time.
  Answer* remember(Segments results, std::uint64_t now_ms);
  Answer* remember(const Error& error, std::uint64_t now_ms);

  /// It is over, whatever it did: when it ran without an answer the next one does. Its handler is
  /// gone by now.
  void leave();

 protected:
  /// It is its turn to run, as another was stopped. Called from inside of leave() of that one, so
  /// where more than this call could be touched, resume() later.
  virtual void on_turn() { resume(); }
  void resume() { waiting_.resume(); }

 private:
  friend AnswerMemory;
  Answer* settle(bool is_kept, std::uint64_t now_ms);

  enum class State : std::uint8_t { idle, runs, waits, answered };
  State state_ = State::idle;
  AnswerMemory* memory_ = nullptr;
  Answer* answer_ = nullptr;
  std::coroutine_handle<> waiting_;
};

/// What a caller is told whose key belongs to another call.
[[nodiscard]] Error key_refusal();

struct AnswerMemoryOptions {
  /// Milliseconds after which an answer is forgotten.
  std::uint32_t remembered_ms = 0;
  /// Bytes of all answers; above it the oldest go first. An answer above a sixteenth of it is not
  /// remembered, nor more than that for one connection.
  std::size_t size_max = 0;
  /// A number that clients cannot guess, so that they cannot choose keys that fall together.
  std::uint64_t seed = 0;
  /// Called when an answer is forgotten, or not remembered, for want of room.
  std::function<void()> on_full{};
};

class AnswerMemory {
 public:
  explicit AnswerMemory(AnswerMemoryOptions options);
  /// After all calls that asked have left.
  ~AnswerMemory();
  AnswerMemory(const AnswerMemory&) = delete;
  AnswerMemory& operator=(const AnswerMemory&) = delete;

  /// Of params, for AnswerKey.
  [[nodiscard]] std::uint64_t digest(std::span<const std::byte> message) const;
  [[nodiscard]] std::uint64_t digest(Segments message) const;

  /// Forgets what is too old. Asking does it, too: this is for memory that nobody asks.
  void expire(std::uint64_t now_ms);

  /// Bytes of all answers.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Calls that got an answer and did not run.
  [[nodiscard]] std::uint64_t given_count() const { return given_count_; }

 private:
  friend KeyedCall;
  friend SentAnswers;
  using Place = std::unique_ptr<Answer>;

  [[nodiscard]] std::uint64_t mix(std::uint64_t hash, std::uint64_t word) const;
  [[nodiscard]] std::uint64_t mix(std::uint64_t hash, std::span<const std::byte> bytes) const;
  [[nodiscard]] std::uint64_t hash_of(const AnswerKey& key) const;
  [[nodiscard]] Place& bucket(std::uint64_t hash) { return buckets_[hash & (buckets_.size() - 1)]; }
  /// Where it is, or null: where the bucket ends.
  [[nodiscard]] Place& find(const AnswerKey& key, std::uint64_t hash);
  Answer& insert(const AnswerKey& key, std::uint64_t hash);
  void grow();
  [[nodiscard]] bool takes(std::size_t size) const { return size <= share_max(); }
  [[nodiscard]] std::size_t share_max() const { return options_.size_max / 16; }
  /// False: there is no room, and it was forgotten.
  bool keep(Answer& answer, std::uint64_t now_ms);
  void forget(Answer& answer);
  void forget_for_room(Answer& answer);

  const AnswerMemoryOptions options_;
  const std::uint64_t factor_;
  std::vector<Place> buckets_;  // a power of two of them
  std::size_t count_ = 0;
  List<Answer, ByAge> by_age_;  // those that are there, the oldest first
  std::size_t size_ = 0;        // of those
  Place spare_;  // most answers are soon acknowledged, and their memory serves the next
  std::size_t spare_count_ = 0;
  std::uint64_t given_count_ = 0;
};

/// The answers that one connection with a session has sent and its client has not acknowledged. Once
/// it has, it cannot ask again, so they are forgotten: on a connection that lives, little is kept.
/// Those of a session that died stay in the memory.
class SentAnswers {
 public:
  explicit SentAnswers(AnswerMemory* memory) : memory_(memory) {}
  ~SentAnswers() { let_go(); }
  SentAnswers(const SentAnswers&) = delete;
  SentAnswers& operator=(const SentAnswers&) = delete;

  [[nodiscard]] bool empty() const { return sent_.empty() && apart_.empty(); }

  /// The answer to `call` was written, as the last of so many reliable frames. `is_apart`: it waits
  /// to be cut into parts, which are not among them yet.
  void add(Answer& answer, std::uint64_t call, std::uint64_t frames, bool is_apart);
  /// So many frames have arrived, of so many written. `is_apart` says of a call whether its answer
  /// still waits to be cut.
  template <class IsApart>
  void acknowledged(std::uint64_t frames, std::uint64_t frames_written, IsApart is_apart) {
    while (!sent_.empty() && sent_.front().sent_frames_ <= frames) forget(sent_.front());
    apart_.for_each([&](Answer& answer) {
      if (!is_apart(answer.sent_call_)) move_to_sent(answer, frames_written);
    });
  }
  /// The client will not ask for any of them.
  void forget_all();

 private:
  friend AnswerMemory;
  void let_go();
  void left(Answer& answer);
  void forget(Answer& answer);
  void move_to_sent(Answer& answer, std::uint64_t frames_written);

  AnswerMemory* const memory_;
  List<Answer, NotAcknowledged> sent_;  // in the order of their frames
  List<Answer, NotAcknowledged> apart_;
  std::size_t size_ = 0;
};

}  // namespace cortado
