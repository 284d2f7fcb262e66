// SPDX-License-Identifier: Apache-2.0
#include "workshop_service.hpp"

#include <chrono>
#include <cstdlib>
#include <numeric>
#include <stdexcept>

#include "rpc/error.hpp"

namespace workshop {
namespace {

constexpr unsigned produced_period = 251;

void fill(capnp::Data::Builder data) {
  unsigned index = 0;
  for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(index++ % produced_period);
}

}  // namespace

/// Lives as long as a call of never or chat.
class Bench::Stoppable {
 public:
  explicit Stoppable(Bench& bench) : bench_(bench) {}
  Stoppable(const Stoppable&) = delete;
  Stoppable& operator=(const Stoppable&) = delete;
  ~Stoppable() {
    if (finished_) return;
    ++bench_.stopped_;
    bench_.stopped_changed_.resume_all();
  }
  void finish() { finished_ = true; }

 private:
  Bench& bench_;
  bool finished_ = false;
};

cortado::Task<void> Bench::digest(cortado::Call&, Workshop::DigestParams::Reader params,
                                  Workshop::DigestResults::Builder results) {
  const capnp::Data::Reader data = params.getData();
  results.setSize(static_cast<std::uint32_t>(data.size()));
  results.setSum(std::accumulate(data.begin(), data.end(), std::uint32_t{0}));
  co_return;
}

cortado::Task<void> Bench::produce(cortado::Call&, Workshop::ProduceParams::Reader params,
                                   Workshop::ProduceResults::Builder results) {
  fill(results.initData(params.getSize()));
  co_return;
}

cortado::Task<void> Bench::never(cortado::Call&, Workshop::NeverParams::Reader,
                                 Workshop::NeverResults::Builder) {
  const Stoppable stoppable(*this);
  co_await never_.wait();
}

cortado::Task<void> Bench::stopped(cortado::Call&, Workshop::StoppedParams::Reader params,
                                   Workshop::StoppedResults::Builder results) {
  while (stopped_ < params.getCalls()) co_await stopped_changed_.wait();
  results.setCalls(stopped_);
}

cortado::Task<void> Bench::fail(cortado::Call& call, Workshop::FailParams::Reader params,
                                Workshop::FailResults::Builder) {
  call.fail({cortado::StatusCode::not_found, params.getMessage().cStr(), 0, {}});
  co_return;
}

cortado::Task<void> Bench::break_(cortado::Call&, Workshop::BreakParams::Reader,
                                  Workshop::BreakResults::Builder) {
  throw std::runtime_error("a secret");
  co_return;
}

cortado::Task<void> Bench::crash(cortado::Call&, Workshop::CrashParams::Reader,
                                 Workshop::CrashResults::Builder) {
  std::abort();
  co_return;
}

cortado::Task<void> Bench::compute(cortado::Call&, Workshop::ComputeParams::Reader params,
                                   Workshop::ComputeResults::Builder) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(params.getMs());
  while (Clock::now() < end) {
  }
  co_return;
}

cortado::Task<void> Bench::count(cortado::Call&, Workshop::CountParams::Reader params,
                                 cortado::Sink<Workshop::CountResults>& numbers) {
  for (std::uint64_t value = 0; value < params.getTo(); ++value) {
    const bool is_taken = co_await numbers.write([&](Workshop::CountResults::Builder item) {
      item.setValue(value);
      item.initPadding(params.getPaddingSize());
    });
    if (!is_taken) co_return;
  }
}

cortado::Task<void> Bench::sum(cortado::Call&, cortado::Source<Workshop::SumParams>& numbers,
                               Workshop::SumResults::Builder results) {
  while (auto number = co_await numbers.next()) {
    results.setSum(results.getSum() + number->getValue());
    results.setItems(results.getItems() + 1);
  }
}

cortado::Task<void> Bench::chat(cortado::Call&, cortado::Source<Workshop::ChatParams>& numbers,
                                cortado::Sink<Workshop::ChatResults>& answers) {
  Stoppable stoppable(*this);
  while (auto number = co_await numbers.next()) {
    const bool is_taken = co_await answers.write([&](Workshop::ChatResults::Builder answer) {
      answer.setValue(number->getValue());
      answer.setDoubled(2 * number->getValue());
    });
    if (!is_taken) co_return;
  }
  stoppable.finish();
}

cortado::Task<void> Bench::sum_of_page(cortado::Call& call,
                                       Workshop::SumOfPageParams::Reader params,
                                       Workshop::SumOfPageResults::Builder results) {
  const PageClient page(call.caller_channel());
  auto numbers = page.count([&](auto count) { count.setTo(params.getTo()); }, {.parent = &call});
  while (auto number = co_await numbers.next()) {
    results.setSum(results.getSum() + number->getValue());
  }
  if (const auto& error = numbers.error()) throw cortado::RpcError(*error);
}

cortado::Task<void> Bench::digest_of_page(cortado::Call& call,
                                          Workshop::DigestOfPageParams::Reader params,
                                          Workshop::DigestOfPageResults::Builder results) {
  const PageClient page(call.caller_channel());
  auto answer = co_await page.digest([&](auto digest) { fill(digest.initData(params.getSize())); },
                                     {.parent = &call});
  if (!answer) throw cortado::RpcError(answer.error());
  results.setSize((*answer)->getSize());
  results.setSum((*answer)->getSum());
}

}  // namespace workshop
