// SPDX-License-Identifier: Apache-2.0
// What workshop.capnp says, and nothing else.
#pragma once

#include <cstdint>

#include "rpc/wait_list.hpp"
#include "workshop.cortado.hpp"

namespace workshop {

class Bench final : public WorkshopService {
 public:
  cortado::Task<void> digest(cortado::Call& call, Workshop::DigestParams::Reader params,
                             Workshop::DigestResults::Builder results) override;
  cortado::Task<void> produce(cortado::Call& call, Workshop::ProduceParams::Reader params,
                              Workshop::ProduceResults::Builder results) override;
  cortado::Task<void> never(cortado::Call& call, Workshop::NeverParams::Reader params,
                            Workshop::NeverResults::Builder results) override;
  cortado::Task<void> stopped(cortado::Call& call, Workshop::StoppedParams::Reader params,
                              Workshop::StoppedResults::Builder results) override;
  cortado::Task<void> fail(cortado::Call& call, Workshop::FailParams::Reader params,
                           Workshop::FailResults::Builder results) override;
  cortado::Task<void> break_(cortado::Call& call, Workshop::BreakParams::Reader params,
                             Workshop::BreakResults::Builder results) override;
  cortado::Task<void> crash(cortado::Call& call, Workshop::CrashParams::Reader params,
                            Workshop::CrashResults::Builder results) override;
  cortado::Task<void> compute(cortado::Call& call, Workshop::ComputeParams::Reader params,
                              Workshop::ComputeResults::Builder results) override;
  cortado::Task<void> count(cortado::Call& call, Workshop::CountParams::Reader params,
                            cortado::Sink<Workshop::CountResults>& numbers) override;
  cortado::Task<void> sum(cortado::Call& call, cortado::Source<Workshop::SumParams>& numbers,
                          Workshop::SumResults::Builder results) override;
  cortado::Task<void> chat(cortado::Call& call, cortado::Source<Workshop::ChatParams>& numbers,
                           cortado::Sink<Workshop::ChatResults>& answers) override;
  cortado::Task<void> sum_of_page(cortado::Call& call, Workshop::SumOfPageParams::Reader params,
                                  Workshop::SumOfPageResults::Builder results) override;
  cortado::Task<void> digest_of_page(cortado::Call& call,
                                     Workshop::DigestOfPageParams::Reader params,
                                     Workshop::DigestOfPageResults::Builder results) override;

 private:
  class Stoppable;

  cortado::WaitList never_;
  cortado::WaitList stopped_changed_;
  std::uint32_t stopped_ = 0;
};

}  // namespace workshop
