// SPDX-License-Identifier: Apache-2.0
// A host in a few lines: an engine, a storage, a clock, and a network that answers what the test says.
// Test code only.
#pragma once

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client-wasm/proxy/engine.hpp"
#include "client-wasm/proxy/http_date.hpp"

namespace cortado::proxy::test {

constexpr Milliseconds second = 1000;
constexpr Milliseconds start = 1'800'000'000'000;  // Fri, 15 Jan 2027 08:00:00 GMT
constexpr std::string_view page = "https://app.example";
constexpr std::string_view address = "https://app.example/a";

/// That many seconds after the beginning of the test, as a header's value.
inline std::string date(std::int64_t seconds) {
  std::string text;
  append_date(text, start + seconds * second);
  return text;
}

/// What the network answers, or that it does not.
struct Answer {
  int status = 200;
  std::string headers = {};  // lines
  std::string_view kind = "plain";
  bool is_failure = false;
  std::int64_t body_size = 10;
};

struct Request {
  std::string_view method = "GET";
  std::string_view url = address;
  std::string headers = {};  // lines
  std::string_view mode = "default";
  std::string_view destination = "-";

  [[nodiscard]] std::string head() const {
    std::string text(method);
    for (const std::string_view word : {destination, mode, url}) text.append(" ").append(word);
    return text + "\n" + headers + "\n";
  }
};

/// What the page got, and how.
struct Result {
  std::vector<Action> actions;        // in their order
  Reason reason = Reason::none;       // of the first decision that was not to look up
  Reason last_reason = Reason::none;  // of the last one
  Seconds seconds = 0;                // of the first
  bool is_from_cache = false;
  bool asked_network = false;
  std::string sent;  // the headers that were set for the network
  int status = 0;    // 0: a network error
  std::string headers;
  Decision decision;  // the last one

  [[nodiscard]] std::string header(std::string_view name) const {
    Headers lines;
    std::string_view rest = headers;
    lines.read(rest);
    return lines.get(name).value_or("-");
  }
  [[nodiscard]] bool was_validated() const {
    return asked_network && is_from_cache && last_reason == Reason::not_modified;
  }
};

class Host {
 public:
  /// The lines of one route, which by default is of everything.
  explicit Host(std::string_view route_lines = "", std::string_view global_lines = "") {
    configure(std::string("proxy 1\norigin https://app.example\n")
                  .append(global_lines)
                  .append("\nroute all\nurl *://*\n")
                  .append(route_lines)
                  .append("\n"));
  }

  Engine engine;
  Milliseconds now = start;
  Milliseconds delay_ms = 0;  // of the network
  std::string complaint;      // of the configuration

  void configure(std::string_view text) { complaint = engine.configure(text); }
  void wait(std::int64_t seconds) { now += seconds * second; }

  /// What is stored under all keys.
  [[nodiscard]] std::size_t stored_count() const {
    std::size_t count = 0;
    for (const auto& [key, entries] : storage_) count += entries.size();
    return count;
  }

  Result fetch(const Answer& answer) { return fetch(Request{}, answer); }

  Result fetch(const Request& request, const Answer& answer) {
    const std::string head = request.head();
    Result result;
    std::uint32_t route = no_index;
    const Decision routed = note(result, engine.route(head, "", route));
    if (routed.action == Action::bypass) return from_network(result, answer);
    if (routed.action == Action::change) return change(result, head, answer);
    const std::string key = routed.key;
    const Decision decided = note(result, engine.decide(route, head + stored_text(key), now));
    result.reason = decided.reason;
    result.seconds = decided.seconds;
    switch (decided.action) {
      case Action::serve:
      case Action::fail: return settle(result, decided);
      case Action::bypass: return from_network(result, answer);
      case Action::serve_and_revalidate: {
        Result behind;
        ask(behind, route, head, key, decided, answer);
        return settle(result, decided);
      }
      default: return ask(result, route, head, key, decided, answer);
    }
  }

 private:
  struct Entry {
    EntryId id;
    std::string record;
    std::int64_t body_size;
  };

  static Decision note(Result& result, const Decided& decided) {
    const Decision decision = decided.value();
    result.actions.push_back(decision.action);
    result.last_reason = decision.reason;
    if (result.reason == Reason::none) result.reason = decision.reason;
    result.decision = decision;
    return decision;
  }

  static std::string text_of(const Entry& entry) {
    return std::to_string(entry.body_size) + "\n" + entry.record + "\n";
  }

  std::string stored_text(const std::string& key) {
    std::string text;
    for (const Entry& entry : storage_[key]) text += text_of(entry);
    return text;
  }

  static Result settle(Result& result, const Decision& decision) {
    result.is_from_cache = decision.action != Action::fail;
    result.status = decision.status;
    result.headers = decision.response_headers;
    return result;
  }

  static Result from_network(Result& result, const Answer& answer) {
    result.asked_network = true;
    result.is_from_cache = false;
    result.status = answer.is_failure ? 0 : answer.status;
    result.headers = answer.headers;
    return result;
  }

  Result change(Result& result, const std::string& head, const Answer& answer) {
    if (answer.is_failure) return from_network(result, answer);
    const Decision changed = note(result, engine.changed(head + response_text(answer)));
    for (std::string_view keys = changed.key; !keys.empty();) {
      storage_.erase(std::string(take_until(keys, '\n')));
    }
    return from_network(result, answer);
  }

  static std::string response_text(const Answer& answer) {
    return std::to_string(answer.status) + " " + std::string(answer.kind) + "\n" + answer.headers +
           "\n";
  }

  Result ask(Result& result, std::uint32_t route, const std::string& head, const std::string& key,
             const Decision& decided, const Answer& answer) {
    result.sent += decided.request_headers;
    std::vector<Entry>& entries = storage_[key];
    const std::uint32_t entry = decided.entry;
    const std::string stored = entry == no_index ? "" : text_of(entries.at(entry));
    const Milliseconds asked_at = now;
    now += delay_ms;
    from_network(result, answer);
    if (answer.is_failure) {
      return settle(result, note(result, engine.failed(route, head + stored, false, now)));
    }
    const Decision decision =
        note(result, engine.received(route, head + response_text(answer) + stored, asked_at, now));
    switch (decision.action) {
      case Action::serve: return settle(result, decision);
      case Action::freshen:
        entries.at(entry).record = decision.record;
        return settle(result, decision);
      case Action::update: entries.at(entry).record = decision.record; break;
      case Action::store:
        if (decision.entry != no_index) forget(entries, entry);
        entries.push_back({next_id_++, decision.record, answer.body_size});
        break;
      default:
        if (decision.drop) forget(entries, entry);
        break;
    }
    return result;
  }

  static void forget(std::vector<Entry>& entries, std::uint32_t entry) {
    entries.erase(std::next(entries.begin(), static_cast<std::ptrdiff_t>(entry)));
  }

  std::map<std::string, std::vector<Entry>> storage_;
  EntryId next_id_ = 1;
};

/// The test that most are: a response comes, then time passes, then the page asks again.
inline Result second_fetch(std::string headers, std::int64_t seconds_later, int status = 200,
                           const Request& request = {}) {
  Host host;
  host.fetch({.status = status, .headers = std::move(headers)});
  host.wait(seconds_later);
  return host.fetch(request, {.headers = "second: 1\n"});
}

inline bool is_reused(std::string headers, std::int64_t seconds_later = 3, int status = 200) {
  return second_fetch(std::move(headers), seconds_later, status).is_from_cache;
}

}  // namespace cortado::proxy::test
