// SPDX-License-Identifier: Apache-2.0
#include "server/metrics.hpp"

#include <doctest/doctest.h>

#include <array>

namespace cortado::server {
namespace {

constexpr std::array methods{MethodInfo{.ordinal = 0, .name = "quote"},
                             MethodInfo{.ordinal = 1, .name = "order"}};
constexpr ServiceInfo market{1, "Market", methods};

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("calls are counted by method and code") {
  Metrics metrics;
  metrics.add(market);
  metrics.call_finished(market.name, methods[0].name, wire::StatusCode::ok, 40);
  metrics.call_finished(market.name, methods[0].name, wire::StatusCode::ok, 70);
  metrics.call_finished(market.name, methods[1].name, wire::StatusCode::not_found, 20'000'000);
  const std::string text = metrics.render({});
  CHECK(has_line(text, R"(cortado_calls_total{service="Market",method="quote",code="ok"} 2)"));
  CHECK(
      has_line(text, R"(cortado_calls_total{service="Market",method="order",code="not_found"} 1)"));
  const std::string quote = R"({service="Market",method="quote")";
  CHECK(has_line(text, "cortado_call_duration_seconds_bucket" + quote + R"(,le="0.00005"} 1)"));
  CHECK(has_line(text, "cortado_call_duration_seconds_bucket" + quote + R"(,le="0.0001"} 2)"));
  CHECK(has_line(text, "cortado_call_duration_seconds_bucket" + quote + R"(,le="+Inf"} 2)"));
  CHECK(has_line(text, "cortado_call_duration_seconds_count" + quote + "} 2"));
  CHECK(has_line(text, "cortado_call_duration_seconds_sum" + quote + "} 0.00011"));
  const std::string order = R"({service="Market",method="order")";
  CHECK(has_line(text, "cortado_call_duration_seconds_bucket" + order + R"(,le="10"} 0)"));
  CHECK(has_line(text, "cortado_call_duration_seconds_bucket" + order + R"(,le="+Inf"} 1)"));
}

TEST_CASE("names that a peer invents make no lines") {
  Metrics metrics;
  metrics.add(market);
  const std::string invented = "quote\"} 1\nfake{x=\"";
  metrics.call_finished(invented, invented, wire::StatusCode::unimplemented, 1);
  metrics.call_finished({}, {}, wire::StatusCode::unimplemented, 1);
  const std::string text = metrics.render({});
  CHECK(text.find("fake") == std::string::npos);
  CHECK(has_line(
      text, R"(cortado_calls_total{service="unknown",method="unknown",code="unimplemented"} 2)"));
}

TEST_CASE("every limit has its line from the start") {
  Metrics metrics;
  metrics.limit_hit(Limit::body_size_max);
  const std::string text = metrics.render({});
  CHECK(has_line(text, R"(cortado_limit_hits_total{limit="body_size_max"} 1)"));
  CHECK(has_line(text, R"(cortado_limit_hits_total{limit="idle_timeout_ms"} 0)"));
}

}  // namespace
}  // namespace cortado::server
