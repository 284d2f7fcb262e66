// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/testdata/stepped_word.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cortado::bus {
namespace {

/// Thrown out of an actor that goes no further.
struct Stopped {};

/// What was chosen where several things could happen next, of how many.
struct Choice {
  std::size_t picked;
  std::size_t count;
};

enum class Stage : std::uint8_t { ready, asleep, over };

/// Runs actors on threads of their own, one at a time, and remembers the choices, so that the next
/// run can differ in the last one.
class Scheduler {
 public:
  explicit Scheduler(const Exploration& exploration) : exploration_(exploration) {}

  void run_once(Explored& explored);

  /// Whether there is another run to do.
  bool advance() {
    while (!path_.empty() && path_.back().picked + 1 == path_.back().count) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().picked;
    return true;
  }

  void step(std::size_t self);
  void sleep(std::size_t self, const Word& word);
  void wake(const Word& word);
  void yield(std::size_t self);

 private:
  std::size_t choose(std::size_t count) {
    if (count == 1) return 0;
    if (depth_ == path_.size()) path_.push_back({0, count});
    return path_[depth_++].picked;
  }

  bool is_ready(std::size_t actor) const {
    return stages_[actor] == Stage::ready &&
           (!exploration_.actors[actor].is_survivor || is_mortal_over_);
  }

  std::vector<std::size_t> others_ready(std::size_t self) const {
    std::vector<std::size_t> ready;
    for (std::size_t actor = 0; actor < stages_.size(); ++actor) {
      if (actor != self && is_ready(actor)) ready.push_back(actor);
    }
    return ready;
  }

  void thread_main(std::size_t self);
  void hand_over(std::size_t self);
  void await_turn(std::unique_lock<std::mutex>& lock, std::size_t self) {
    changed_.wait(lock, [&] { return running_ == self || is_stopping_; });
    if (running_ != self) throw Stopped{};
  }

  static constexpr std::size_t nobody = ~std::size_t{0};

  const Exploration& exploration_;
  std::vector<Choice> path_;
  std::size_t depth_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = nobody;
  bool is_stopping_ = false;

  std::vector<Stage> stages_;
  std::vector<const Word*> sleeps_on_;
  unsigned preemptions_ = 0;
  bool is_mortal_over_ = false;
  bool has_died_ = false;
  bool is_stuck_ = false;
};

struct Current {
  Scheduler* scheduler;
  std::size_t actor;
};
thread_local std::optional<Current> current;

/// Lets somebody else go on: this one sleeps, or is over.
void Scheduler::hand_over(std::size_t self) {
  const auto ready = others_ready(self);
  if (!ready.empty()) {
    running_ = ready[choose(ready.size())];
  } else {
    running_ = nobody;
    is_stopping_ = true;
    is_stuck_ = std::ranges::any_of(stages_, [](Stage stage) { return stage == Stage::asleep; });
  }
  changed_.notify_all();
}

void Scheduler::step(std::size_t self) {
  std::unique_lock lock(mutex_);
  const Actor& actor = exploration_.actors[self];
  if (actor.is_whole) return;
  const auto ready =
      preemptions_ < exploration_.preemptions_max ? others_ready(self) : std::vector<std::size_t>{};
  const bool can_die = actor.is_mortal && !has_died_;
  const std::size_t picked = choose(1 + ready.size() + (can_die ? 1 : 0));
  if (picked == 0) return;
  if (picked > ready.size()) {
    has_died_ = true;
    throw Stopped{};
  }
  ++preemptions_;
  running_ = ready[picked - 1];
  changed_.notify_all();
  await_turn(lock, self);
}

void Scheduler::yield(std::size_t self) {
  std::unique_lock lock(mutex_);
  const auto ready = others_ready(self);
  if (ready.empty() || exploration_.actors[self].is_whole) return;
  running_ = ready[choose(ready.size())];
  changed_.notify_all();
  await_turn(lock, self);
}

void Scheduler::sleep(std::size_t self, const Word& word) {
  std::unique_lock lock(mutex_);
  stages_[self] = Stage::asleep;
  sleeps_on_[self] = &word;
  hand_over(self);
  await_turn(lock, self);
}

void Scheduler::wake(const Word& word) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t actor = 0; actor < stages_.size(); ++actor) {
    if (stages_[actor] == Stage::asleep && sleeps_on_[actor] == &word) {
      stages_[actor] = Stage::ready;
    }
  }
}

void Scheduler::thread_main(std::size_t self) {
  current = {this, self};
  try {
    {
      std::unique_lock lock(mutex_);
      await_turn(lock, self);
    }
    exploration_.actors[self].run();
  } catch (const Stopped&) {
    current.reset();  // it goes no further
  }
  const std::scoped_lock lock(mutex_);
  stages_[self] = Stage::over;
  if (is_stopping_) return;
  if (exploration_.actors[self].is_mortal) is_mortal_over_ = true;
  hand_over(self);
}

void Scheduler::run_once(Explored& explored) {
  exploration_.before();
  const std::size_t count = exploration_.actors.size();
  stages_.assign(count, Stage::ready);
  sleeps_on_.assign(count, nullptr);
  depth_ = 0;
  preemptions_ = 0;
  is_stopping_ = is_mortal_over_ = has_died_ = is_stuck_ = false;
  std::vector<std::jthread> threads;
  std::unique_lock lock(mutex_);
  for (std::size_t actor = 0; actor < count; ++actor) {
    threads.emplace_back([this, actor] { thread_main(actor); });
  }
  hand_over(nobody);
  lock.unlock();
  threads.clear();  // waits for them
  running_ = nobody;
  ++explored.runs;
  explored.deaths += has_died_ ? 1 : 0;
  explored.stuck += is_stuck_ ? 1 : 0;
  exploration_.after(has_died_);
}

void before_access() {
  if (current) current->scheduler->step(current->actor);
}

}  // namespace

Explored explore(const Exploration& exploration) {
  Scheduler scheduler(exploration);
  Explored explored;
  do {
    scheduler.run_once(explored);
  } while (scheduler.advance());
  return explored;
}

std::uint32_t Word::load(std::memory_order) const {
  before_access();
  return value_;
}

void Word::store(std::uint32_t value, std::memory_order) {
  before_access();
  value_ = value;
}

std::uint32_t Word::exchange(std::uint32_t value, std::memory_order) {
  before_access();
  return std::exchange(value_, value);
}

std::uint32_t Word::fetch_or(std::uint32_t bits, std::memory_order) {
  before_access();
  return std::exchange(value_, value_ | bits);
}

std::uint32_t Word::fetch_add(std::uint32_t number, std::memory_order) {
  before_access();
  return std::exchange(value_, value_ + number);
}

bool Word::compare_exchange_strong(std::uint32_t& expected, std::uint32_t value, std::memory_order,
                                   std::memory_order) {
  before_access();
  if (value_ != expected) {
    expected = value_;
    return false;
  }
  value_ = value;
  return true;
}

void wait_while(Word& word, std::uint32_t expected) {
  before_access();
  if (word.value_ != expected) return;
  // Outside of an exploration nobody could wake it.
  if (current) current->scheduler->sleep(current->actor, word);
}

void wake_waiters(Word& word) {
  before_access();
  if (current) current->scheduler->wake(word);
}

void relax() {
  if (current) current->scheduler->yield(current->actor);
}

}  // namespace cortado::bus
