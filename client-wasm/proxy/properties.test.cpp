// SPDX-License-Identifier: Apache-2.0
// What holds for all heads, of which a generator makes many thousands. A failure prints its seed.
#include <doctest/doctest.h>

#include <random>

#include "client-wasm/proxy/answer.hpp"
#include "client-wasm/proxy/decide.hpp"
#include "client-wasm/proxy/judgement.hpp"
#include "client-wasm/proxy/storing.hpp"
#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

/// Heads that hit what the rules are about far more often than random bytes would.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t count) { return random_() % count; }

  std::string seconds() {
    constexpr std::string_view all[] = {"0",     "1",  "2",   "10",         "3600",          "x",
                                        "\"5\"", "-1", "1.5", "2147483648", "99999999999999"};
    return std::string(all[below(std::size(all))]);
  }

  std::string control() {
    constexpr std::string_view flags[] = {"no-store",        "no-cache",  "no-cache=\"foo\"",
                                          "private",         "public",    "must-revalidate",
                                          "must-understand", "immutable", "only-if-cached"};
    constexpr std::string_view numbers[] = {
        "max-age",       "max-stale", "min-fresh", "s-maxage", "stale-while-revalidate",
        "stale-if-error"};
    std::string text = "cache-control: ";
    for (std::size_t count = below(4); count > 0; --count) {
      if (below(3) == 0) {
        text.append(flags[below(std::size(flags))]);
      } else {
        text.append(numbers[below(std::size(numbers))]).append("=").append(seconds());
      }
      text += ", ";
    }
    return text + "\n";
  }

  std::string header(std::string_view name) {
    std::string text(name);
    text += ": ";
    switch (below(4)) {
      case 0: text += date(static_cast<std::int64_t>(below(40)) - 20); break;
      case 1: text += below(2) == 0 ? "\"1\"" : "W/\"1\""; break;
      case 2: text += seconds(); break;
      default: text += "foo, bar"; break;
    }
    return text + "\n";
  }

  std::string headers(std::span<const std::string_view> names) {
    std::string text = below(2) == 0 ? control() : "";
    for (const std::string_view name : names) {
      if (below(4) == 0) text += header(name);
    }
    return text;
  }

  std::string request() {
    constexpr std::string_view modes[] = {"default",  "no-store",    "reload",
                                          "no-cache", "force-cache", "only-if-cached"};
    constexpr std::string_view names[] = {"if-none-match", "if-modified-since", "range",
                                          "if-range",      "authorization",     "foo",
                                          "pragma"};
    return std::string(below(8) == 0 ? "HEAD" : "GET") + " - " +
           std::string(modes[below(3) == 0 ? below(std::size(modes)) : 0]) +
           " https://app.example/a\n" + headers(names) + "\n";
  }

  std::string response() {
    constexpr int statuses[] = {200, 200, 200, 206, 301, 304, 304, 404, 500, 503, 599, 0, 100};
    constexpr std::string_view names[] = {"date", "expires",        "age",
                                          "etag", "last-modified",  "vary",
                                          "foo",  "content-length", "content-encoding"};
    return std::to_string(statuses[below(std::size(statuses))]) +
           (below(9) == 0 ? " redirected\n" : " plain\n") + headers(names) + "\n";
  }

  Milliseconds moment() { return start + static_cast<Milliseconds>(below(60'000)) - 20'000; }

 private:
  std::mt19937 random_;
};

constexpr std::string_view strategy_names[] = {"cache-only", "cache-first", "network-first",
                                               "stale-while-revalidate", "race"};

struct Scene {
  RequestHead request;
  Stored stored;
  Milliseconds now;
};

/// Something that may be stored, and a request for it. The texts live as long as the generator's caller
/// keeps them.
std::optional<Scene> scene(Generator& generator, const Context& context, std::string& request_text,
                           std::string& stored_text) {
  const std::string first_text = "GET - default https://app.example/a\nfoo: foo, bar\n\n";
  std::string_view first_rest = first_text;
  const auto first = RequestHead::read(first_rest);
  const std::string response_text = generator.response();
  std::string_view response_rest = response_text;
  const auto response = ResponseHead::read(response_rest);
  REQUIRE(first);
  REQUIRE(response);
  if (may_store(context, *first, *response) != Reason::stored) return std::nullopt;
  stored_text = "10\n" + make_record(context, *first, *response, generator.moment()) + "\n";
  auto stored = read_stored(stored_text);
  REQUIRE(stored);
  REQUIRE(stored->size() == 1);
  REQUIRE(stored->front().record);
  request_text = generator.request();
  std::string_view request_rest = request_text;
  const auto request = RequestHead::read(request_rest);
  REQUIRE(request);
  return Scene{*request, std::move(stored->front()), generator.moment()};
}

void check_decision(const Context& context, const Scene& scene) {
  const Judgement judgement(context, scene.request, *scene.stored.record);
  const Freshness& freshness = judgement.freshness();
  const CacheControl control(scene.stored.record->headers);
  const Decision decision = decide(context, scene.request, std::span(&scene.stored, 1));

  REQUIRE(freshness.age_ms >= 0);
  REQUIRE(freshness.lifetime_ms >= 0);
  REQUIRE(freshness.is_fresh() == (freshness.lifetime_ms > freshness.age_ms));
  const bool is_from_store = decision.action == Action::serve || decision.action == Action::race ||
                             decision.action == Action::serve_and_revalidate;
  if (is_from_store) {
    // 5.2.2.4 and 5.2.2.2 hold for every strategy.
    REQUIRE_FALSE(control.no_cache.is_all);
    REQUIRE((freshness.is_fresh() || !control.must_revalidate));
    REQUIRE(decision.response_headers.find("\nage: ") != std::string::npos);
    REQUIRE(decision.status >= 200);
    REQUIRE((decision.status == 206) ==
            (decision.response_headers.find("content-range: bytes ") != std::string::npos &&
             decision.status != 416));
    REQUIRE(decision.range_first >= 0);
    REQUIRE(decision.range_last < scene.stored.body_size);
  }
  const bool is_plain =
      scene.request.headers.all().empty() && scene.request.cache_mode == CacheMode::standard;
  const bool can_match = !scene.stored.record->headers.has("vary");
  const bool may_use = freshness.is_fresh() && !control.no_cache.is_all &&
                       context.route.strategy != Strategy::network_first;
  if (is_plain && can_match && may_use) REQUIRE(is_from_store);  // fresh is reusable
  if (context.route.strategy == Strategy::cache_only) {
    REQUIRE((decision.action == Action::serve || decision.action == Action::fail));
  }
  if (decision.action == Action::serve && decision.reason == Reason::fresh) {
    REQUIRE(decision.seconds >= 0);
    REQUIRE(freshness.is_fresh());
  }
}

/// A 304 by which the entry was validated makes it at least as young as it was.
void check_freshening(const Context& context, const Scene& scene) {
  if (conditions_of(context, scene.request, *scene.stored.record).empty()) return;
  const ResponseHead not_modified{.status = 304, .kind = ResponseKind::plain, .headers = {}};
  const Decision decision =
      received(context, scene.request, not_modified, &scene.stored, context.now);
  if (decision.action == Action::retry) return;
  REQUIRE(decision.action == Action::freshen);
  std::string_view text = decision.record;
  const auto record = Record::read(text);
  REQUIRE(record);
  const CacheControl control(record->headers);
  const Freshness freshness = freshness_of(*record, control, std::nullopt, context.now);
  REQUIRE(freshness.age_ms < second);  // dates are of whole seconds
}

}  // namespace

TEST_CASE("for all heads: ages are not negative, fresh is reusable, forbidden is not used") {
  std::size_t scenes = 0;
  for (std::uint32_t seed = 1; seed <= 40'000; ++seed) {
    CAPTURE(seed);
    Generator generator(seed);
    Route route;
    const std::size_t strategy = generator.below(std::size(strategy_names));
    route.strategy = static_cast<Strategy>(strategy + 1);
    const Context context{.route = route,
                          .origin = page,
                          .identity = generator.below(2) == 0 ? "alice" : "",
                          .now = generator.moment()};
    std::string request_text;
    std::string stored_text;
    const auto made = scene(generator, context, request_text, stored_text);
    if (!made) continue;
    ++scenes;
    Context later = context;
    later.now = made->now;
    check_decision(later, *made);
    check_freshening(later, *made);
  }
  CHECK(scenes > 10'000);
}

TEST_CASE("for all uses: a catalogue's sums are those of its entries, and its limits hold") {
  const CacheLimits limits[] = {{"a", 20, 1000}, {"b", 5, 0}, {"c", 0, 500}};
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    Generator generator(seed);
    Catalogue catalogue;
    catalogue.set_limits(limits);
    std::map<EntryId, std::pair<std::string, std::uint64_t>> model;
    for (int step = 0; step < 400; ++step) {
      const auto id = static_cast<EntryId>(generator.below(60));
      switch (generator.below(8)) {
        case 0: catalogue.touch(id, generator.moment()); break;
        case 1:
          catalogue.remove(id);
          model.erase(id);
          break;
        case 2:
          catalogue.drop_tag(std::string(1, static_cast<char>('s' + generator.below(4))));
          break;
        case 3: catalogue.make_room(generator.below(100)); break;
        default: {
          const std::string cache(1, static_cast<char>('a' + generator.below(4)));
          const std::string tag(1, static_cast<char>('s' + generator.below(4)));
          const std::uint64_t size = generator.below(100);
          Headers tags;
          tags.add({"tag", tag});
          catalogue.add(id, cache + " p u x", size, generator.moment(), tags);
          model[id] = {cache, size};
          break;
        }
      }
      for (const auto& [gone, reason] : catalogue.evict()) model.erase(gone);
      std::map<std::string, std::pair<std::size_t, std::uint64_t>> sums;
      for (const auto& [each, entry] : model) {
        sums[entry.first].first += 1;
        sums[entry.first].second += entry.second;
      }
      REQUIRE(catalogue.size() == model.size());
      for (const char cache : {'a', 'b', 'c', 'd'}) {
        REQUIRE(catalogue.bytes(std::string(1, cache)) == sums[std::string(1, cache)].second);
      }
      REQUIRE(sums["a"].first <= 20);
      REQUIRE(sums["a"].second <= 1000);
      REQUIRE(sums["b"].first <= 5);
      REQUIRE(sums["c"].second <= 500);
    }
  }
}
