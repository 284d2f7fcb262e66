// SPDX-License-Identifier: Apache-2.0
// A hash table of answers with a secret factor, and the lists they are in.
#include "rpc/answer_memory.hpp"

#include <capnp/serialize.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "wire/hash_seed.hpp"

namespace cortado {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::size_t buckets_min = 64;
constexpr std::size_t spare_count_max = 512;  // twice what a client leaves unacknowledged
constexpr std::size_t spare_words_max = 128;  // of results that a spare one may have room for

/// Whether the same call would end so again. What is not remembered says something of the moment, and
/// who calls again does so to have it tried again: the server was busy or away, nobody waited long
/// enough, an exception says nothing of what was done, and who has not said who he is may say it now.
bool is_lasting(StatusCode code) {
  switch (code) {
    case StatusCode::unavailable:
    case StatusCode::resource_exhausted:
    case StatusCode::deadline_exceeded:
    case StatusCode::cancelled:
    case StatusCode::internal:
    case StatusCode::unknown:
    case StatusCode::unauthenticated: return false;
    default: return true;
  }
}

/// Whether nothing else is in it.
bool is_only(List<Answer, NotAcknowledged>& list, const Answer& answer) {
  return list.empty() || &list.front() == &answer;
}

}  // namespace

Error key_refusal() {
  return {StatusCode::invalid_argument, "this idempotency key was used with other params", 0, {}};
}

// --- Answer --------------------------------------------------------------------------------------

void Answer::copy_results(capnp::AnyPointer::Builder results) const {
  capnp::FlatArrayMessageReader reader(words_.words(), reader_options());
  results.set(reader.getRoot<capnp::AnyPointer>());
}

bool Answer::is_for(const AnswerKey& key) const {
  return interface_id_ == key.interface_id && method_ == key.method &&
         std::ranges::equal(std::span(key_).first(key_size_), key.key);
}

bool Answer::has_params_of(const AnswerKey& key) const {
  return is_json_ != key.is_json || params_ == key.params;
}

std::size_t Answer::size() const {
  const std::size_t error_size = error_ ? error_->message.size() + error_->details.size() : 0;
  return sizeof *this + words_.capacity() + error_size;
}

// --- KeyedCall -----------------------------------------------------------------------------------

Asked KeyedCall::ask(AnswerMemory& memory, const AnswerKey& key, std::uint64_t now_ms) {
  assert(state_ == State::idle && key.key.size() <= wire::idempotency_key_size_max);
  memory.expire(now_ms);
  memory_ = &memory;
  const std::uint64_t hash = memory.hash_of(key);
  answer_ = memory.find(key, hash).get();
  if (answer_ == nullptr) {
    answer_ = &memory.insert(key, hash);
    state_ = State::runs;
    return Asked::runs;
  }
  if (!answer_->has_params_of(key)) return Asked::refused;
  if (answer_->is_there_) {
    ++memory.given_count_;
    state_ = State::answered;
    return Asked::answered;
  }
  answer_->waiting_.push_back(*this);
  state_ = State::waits;
  return Asked::joined;
}

Answer* KeyedCall::remember(Segments results, std::uint64_t now_ms) {
  const bool is_kept = memory_->takes(message_size(results));
  // Those who wait get it in any case.
  if (is_kept || !answer_->waiting_.empty()) answer_->words_.assign(results);
  return settle(is_kept, now_ms);
}

Answer* KeyedCall::remember(const Error& error, std::uint64_t now_ms) {
  if (!is_lasting(error.code)) {
    leave();
    return nullptr;
  }
  answer_->error_ = error;
  return settle(memory_->takes(answer_->size()), now_ms);
}

Answer* KeyedCall::settle(bool is_kept, std::uint64_t now_ms) {
  assert(runs());
  state_ = State::idle;
  Answer& answer = *answer_;
  answer.is_there_ = true;
  if (is_kept) memory_->size_ += answer.counted_size_ = answer.size();
  // It is in no list by which it could be forgotten meanwhile.
  while (!answer.waiting_.empty()) {
    KeyedCall& call = answer.waiting_.front();
    answer.waiting_.pop_front();
    call.state_ = State::answered;
    ++memory_->given_count_;
    call.resume();
  }
  if (is_kept) return memory_->keep(answer, now_ms) ? &answer : nullptr;
  memory_->forget_for_room(answer);
  return nullptr;
}

void KeyedCall::leave() {
  const State state = std::exchange(state_, State::idle);
  if (state == State::waits) Linked<Joined>::leave();
  if (state != State::runs) return;
  if (answer_->waiting_.empty()) return memory_->forget(*answer_);
  KeyedCall& next = answer_->waiting_.front();
  answer_->waiting_.pop_front();
  next.state_ = State::runs;
  next.on_turn();
}

// --- AnswerMemory --------------------------------------------------------------------------------

AnswerMemory::AnswerMemory(AnswerMemoryOptions options)
    : options_(std::move(options)),
      // The address adds what randomness the system's layout has.
      factor_(wire::hash_factor(options_.seed ^ reinterpret_cast<std::uintptr_t>(this))),
      buckets_(buckets_min) {}

AnswerMemory::~AnswerMemory() {
  while (!by_age_.empty()) forget(by_age_.front());
  assert(count_ == 0);
  // One by one: a chain frees itself by recursion otherwise.
  while (spare_) spare_ = std::move(spare_->next_);
}

/// Both halves of the product count: in the lower one alone the highest bit of a word would go through
/// whatever the factor is, and keys could be chosen that fall together.
std::uint64_t AnswerMemory::mix(std::uint64_t hash, std::uint64_t word) const {
  const Wide product = Wide{hash ^ word} * factor_;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}

std::uint64_t AnswerMemory::mix(std::uint64_t hash, std::span<const std::byte> bytes) const {
  hash = mix(hash, bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
    hash = mix(hash, word);
  }
  return hash;
}

std::uint64_t AnswerMemory::hash_of(const AnswerKey& key) const {
  return mix(mix(std::rotl(factor_, 32), key.interface_id + key.method), key.key);
}

std::uint64_t AnswerMemory::digest(std::span<const std::byte> message) const {
  return mix(std::rotl(factor_, 16), message);
}

std::uint64_t AnswerMemory::digest(Segments message) const {
  std::uint64_t hash = std::rotl(factor_, 16);
  for (const auto& segment : message) {
    hash = mix(hash, std::as_bytes(std::span(segment.begin(), segment.size())));
  }
  return hash;
}

AnswerMemory::Place& AnswerMemory::find(const AnswerKey& key, std::uint64_t hash) {
  Place* place = &bucket(hash);
  while (*place && !((*place)->hash_ == hash && (*place)->is_for(key))) place = &(*place)->next_;
  return *place;
}

Answer& AnswerMemory::insert(const AnswerKey& key, std::uint64_t hash) {
  if (count_ == buckets_.size()) grow();
  Place made;
  if (spare_) {
    made = std::move(spare_);
    spare_ = std::move(made->next_);
    --spare_count_;
  } else {
    made = std::make_unique<Answer>();
  }
  Answer& answer = *made;
  answer.hash_ = hash;
  answer.interface_id_ = key.interface_id;
  answer.method_ = key.method;
  answer.params_ = key.params;
  answer.is_json_ = key.is_json;
  answer.key_size_ = static_cast<std::uint8_t>(key.key.size());
  std::ranges::copy(key.key, answer.key_.begin());
  Place& first = bucket(hash);
  answer.next_ = std::move(first);
  first = std::move(made);
  ++count_;
  return answer;
}

void AnswerMemory::grow() {
  std::vector<Place> old(buckets_.size() * 2);
  std::swap(old, buckets_);
  for (Place& first : old) {
    while (first) {
      Place moved = std::exchange(first, std::move(first->next_));
      Place& place = bucket(moved->hash_);
      moved->next_ = std::move(place);
      place = std::move(moved);
    }
  }
}

bool AnswerMemory::keep(Answer& answer, std::uint64_t now_ms) {
  answer.forget_at_ms_ = now_ms + options_.remembered_ms;
  by_age_.push_back(answer);
  while (size_ > options_.size_max) {
    const bool is_new = &by_age_.front() == &answer;
    forget_for_room(by_age_.front());
    if (is_new) return false;
  }
  return true;
}

void AnswerMemory::expire(std::uint64_t now_ms) {
  while (!by_age_.empty() && by_age_.front().forget_at_ms_ <= now_ms) forget(by_age_.front());
}

void AnswerMemory::forget_for_room(Answer& answer) {
  forget(answer);
  if (options_.on_full) options_.on_full();
}

void AnswerMemory::forget(Answer& answer) {
  if (answer.sent_ != nullptr) answer.sent_->left(answer);
  answer.Linked<ByAge>::leave();
  size_ -= std::exchange(answer.counted_size_, 0);
  Place* place = &bucket(answer.hash_);
  while (place->get() != &answer) place = &(*place)->next_;
  Place forgotten = std::exchange(*place, std::move(answer.next_));
  --count_;
  if (spare_count_ == spare_count_max) return;
  answer.is_there_ = false;
  answer.error_.reset();
  answer.words_.trim(spare_words_max);
  answer.next_ = std::move(spare_);
  spare_ = std::move(forgotten);
  ++spare_count_;
}

// --- SentAnswers ---------------------------------------------------------------------------------

void SentAnswers::add(Answer& answer, std::uint64_t call, std::uint64_t frames, bool is_apart) {
  if (answer.sent_ != nullptr) answer.sent_->left(answer);
  answer.sent_ = this;
  answer.sent_call_ = call;
  answer.sent_frames_ = frames;
  size_ += answer.counted_size_;
  (is_apart ? apart_ : sent_).push_back(answer);
  // A client that never acknowledges must not have those of others forgotten.
  while (size_ > memory_->share_max()) {
    List<Answer, NotAcknowledged>& oldest = is_only(sent_, answer) ? apart_ : sent_;
    if (is_only(oldest, answer)) break;
    memory_->forget_for_room(oldest.front());
  }
}

void SentAnswers::move_to_sent(Answer& answer, std::uint64_t frames_written) {
  answer.sent_frames_ = frames_written;
  sent_.push_back(answer);
}

void SentAnswers::forget(Answer& answer) { memory_->forget(answer); }

void SentAnswers::forget_all() {
  while (!sent_.empty()) forget(sent_.front());
  while (!apart_.empty()) forget(apart_.front());
}

/// It is forgotten, or was sent on another connection.
void SentAnswers::left(Answer& answer) {
  answer.sent_ = nullptr;
  size_ -= answer.counted_size_;
  answer.Linked<NotAcknowledged>::leave();
}

void SentAnswers::let_go() {
  while (!sent_.empty()) left(sent_.front());
  while (!apart_.empty()) left(apart_.front());
}

}  // namespace cortado
