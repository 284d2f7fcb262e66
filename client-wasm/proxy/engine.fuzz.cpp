// SPDX-License-Identifier: Apache-2.0
// Any bytes through the C ABI: configurations, heads, records, the catalogue. What comes out can be read
// in again, points into memory that is there, and keeps to what a cache must not do.
// Input: steps. A step is a byte that chooses the function, one for numbers, and a text up to a byte 0.
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "client-wasm/proxy/heads.hpp"
#include "client-wasm/proxy/proxy.hpp"

// client-wasm/proxy/exports.cpp
extern "C" {
const void* cortado_proxy_output();
void* cortado_proxy_input(std::uint32_t size);
std::int32_t cortado_proxy_configure(std::uint32_t size);
std::int32_t cortado_proxy_identify(std::uint32_t size);
void cortado_proxy_distrust(double now_ms);
std::int32_t cortado_proxy_route(std::uint32_t size, std::uint32_t params_size);
std::int32_t cortado_proxy_decide(std::uint32_t route, std::uint32_t size, double now_ms);
std::int32_t cortado_proxy_received(std::uint32_t route, std::uint32_t size, double request_ms,
                                    double now_ms);
std::int32_t cortado_proxy_failed(std::uint32_t route, std::uint32_t size, std::uint32_t is_timeout,
                                  double now_ms);
std::int32_t cortado_proxy_changed(std::uint32_t size);
std::int32_t cortado_proxy_add(std::uint32_t id, std::uint32_t size, double body_size,
                               double last_used_ms);
void cortado_proxy_touch(std::uint32_t id, double now_ms);
void cortado_proxy_remove(std::uint32_t id);
void cortado_proxy_drop_tag(std::uint32_t size);
void cortado_proxy_make_room(double bytes);
std::int32_t cortado_proxy_evict();
}

namespace {

using namespace cortado::proxy;

void must(bool condition) {
  if (!condition) std::abort();
}

/// Of the block at output(), natively: words, two doubles, then texts.
struct NativeText {
  const char* address;
  std::uint32_t size;
};
struct NativeOutput {
  std::uint32_t words[10];
  double range[2];
  NativeText texts[6];
};

const NativeOutput& output() { return *static_cast<const NativeOutput*>(cortado_proxy_output()); }

std::string text_at(std::size_t index) {
  const NativeText& text = output().texts[index];
  return text.size == 0 ? std::string() : std::string(text.address, text.size);
}

void look_at_decision(std::int32_t result) {
  if (result < 0) return;
  must(static_cast<std::uint32_t>(result) == output().words[0]);
  must(to_action(output().words[0]).has_value());
  must(to_reason(output().words[1]).has_value());
  for (const std::size_t index : {std::size_t{1}, std::size_t{2}}) {
    const std::string lines = text_at(index);
    std::string_view rest = lines;
    Headers headers;
    must(headers.read(rest) && rest.empty());
  }
  const std::string record = text_at(3);
  std::string_view rest = record;
  must(record.empty() || (Record::read(rest) && rest.empty()));
  const int status = static_cast<int>(output().words[5]);
  if (status == 206) must(output().range[0] <= output().range[1]);
}

void step(std::uint32_t choice, std::uint32_t number, std::string_view text) {
  void* const room = cortado_proxy_input(static_cast<std::uint32_t>(text.size()));
  must(room != nullptr);
  if (!text.empty()) std::memcpy(room, text.data(), text.size());
  const auto size = static_cast<std::uint32_t>(text.size());
  const double now = number * 1000.0;
  switch (choice % 14) {
    case 0: cortado_proxy_configure(size); break;
    case 1: cortado_proxy_identify(size); break;
    case 2: cortado_proxy_distrust(now); break;
    case 3: look_at_decision(cortado_proxy_route(size, number)); break;
    case 4: look_at_decision(cortado_proxy_decide(number % 4, size, now)); break;
    case 5: look_at_decision(cortado_proxy_received(number % 4, size, number, now)); break;
    case 6: look_at_decision(cortado_proxy_failed(number % 4, size, number % 2, now)); break;
    case 7: look_at_decision(cortado_proxy_changed(size)); break;
    case 8: cortado_proxy_add(number, size, number * 7.0, now); break;
    case 9: cortado_proxy_touch(number, now); break;
    case 10: cortado_proxy_remove(number); break;
    case 11: cortado_proxy_drop_tag(size); break;
    case 12: cortado_proxy_make_room(number * 3.0); break;
    default: must(cortado_proxy_evict() >= 0); break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (rest.size() >= 2) {
    const auto choice = static_cast<unsigned char>(rest[0]);
    const auto number = static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    step(choice, number, take_until(rest, '\0'));
  }
  // The instance lives on: what one input leaves must not be what another finds.
  while (cortado_proxy_evict() > 0) {
  }
  cortado_proxy_make_room(1e15);
  cortado_proxy_evict();
  step(1, 0, "");
  step(0, 0, "proxy 1\nroute a\nurl *://*\n");
  return 0;
}
