// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "server/origin.hpp"

namespace cortado::server {
namespace {

/// Takes an option's value; gives what is wrong with it, or nothing.
using Set = std::optional<std::string> (*)(CommandLine& line, std::string_view value);

using ShowDefault = std::string (*)(const ServerOptions& defaults);

struct Option {
  std::string_view name;   // "--port"
  std::string_view value;  // "NUMBER"; empty: it takes none
  std::string_view help;
  Set set;
  ShowDefault show_default;  // nullptr: there is none
};

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || text.empty() || number > max) return std::nullopt;
  return number;
}

template <auto member>
using NumberOf = std::remove_cvref_t<decltype(std::declval<ServerOptions>().*member)>;

template <auto member>
std::optional<std::string> set_number(CommandLine& line, std::string_view text) {
  const auto number = parse_number(text, std::numeric_limits<NumberOf<member>>::max());
  if (!number) {
    return "'" + std::string(text) + "' is no number up to " +
           std::to_string(std::numeric_limits<NumberOf<member>>::max());
  }
  line.options.*member = static_cast<NumberOf<member>>(*number);
  return std::nullopt;
}

/// "64", "64K", "64M"
template <auto member>
std::optional<std::string> set_size(CommandLine& line, std::string_view text) {
  std::string_view digits = text;
  std::uint64_t unit = 1;
  if (digits.ends_with('K')) unit = 1024;
  if (digits.ends_with('M')) unit = 1024 * 1024;
  if (unit > 1) digits.remove_suffix(1);
  const auto number = parse_number(digits, std::numeric_limits<NumberOf<member>>::max() / unit);
  if (!number) return "'" + std::string(text) + "' is no size: write bytes, or as in 512K, 4M";
  line.options.*member = static_cast<NumberOf<member>>(*number * unit);
  return std::nullopt;
}

template <bool ServerOptions::* member, bool value>
std::optional<std::string> set_flag(CommandLine& line, std::string_view) {
  line.options.*member = value;
  return std::nullopt;
}

template <bool CommandLine::* member>
std::optional<std::string> set_action(CommandLine& line, std::string_view) {
  line.*member = true;
  return std::nullopt;
}

template <std::string ServerOptions::* member>
std::optional<std::string> set_text(CommandLine& line, std::string_view value) {
  line.options.*member = value;
  return std::nullopt;
}

std::optional<std::string> add_origin(CommandLine& line, std::string_view value) {
  if (auto problem = OriginPolicy::problem_of(value)) return problem;
  line.options.allowed_origins.emplace_back(value);
  return std::nullopt;
}

std::optional<std::string> set_verbose(CommandLine& line, std::string_view) {
  line.options.log_level = LogLevel::debug;
  return std::nullopt;
}

std::optional<std::string> set_mount(CommandLine& line, std::string_view value) {
  const std::size_t equals = value.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == value.size()) {
    return "'" + std::string(value) + "' is no mount: write it as in /docs=build/docs";
  }
  line.options.mounts.push_back(
      {std::string(value.substr(0, equals)), std::string(value.substr(equals + 1))});
  return std::nullopt;
}

template <auto member>
std::string show_number(const ServerOptions& defaults) {
  return std::to_string(defaults.*member);
}

template <auto member>
std::string show_size(const ServerOptions& defaults) {
  const auto size = defaults.*member;
  constexpr NumberOf<member> mega = 1024 * 1024;
  if (size % mega == 0) return std::to_string(size / mega) + "M";
  return std::to_string(size / 1024) + "K";
}

template <std::string ServerOptions::* member>
std::string show_text(const ServerOptions& defaults) {
  return defaults.*member;
}

using Options = ServerOptions;
constexpr std::array options{
    Option{"--serve", "DIR", "Serve the files of this folder at /.",
           set_text<&Options::static_root>, nullptr},
    Option{"--mount", "/PATH=DIR", "Serve another folder below a path. May be repeated.", set_mount,
           nullptr},
    Option{"--port", "NUMBER", "Port to listen at; 0: any that is free.",
           set_number<&Options::port>, show_number<&Options::port>},
    Option{"--address", "IP", "Address to listen at; 0.0.0.0: all networks.",
           set_text<&Options::address>, show_text<&Options::address>},
    Option{"--allow-origin", "ORIGIN",
           "Pages of this origin may call, too; *: of any. May be repeated.", add_origin, nullptr},
    Option{"--no-isolation", "",
           "Do not send COOP, COEP and CORP with files. Pages then have no\n"
           "SharedArrayBuffer.",
           set_flag<&Options::cross_origin_isolation, false>, nullptr},
    Option{"--max-connections", "NUMBER", "Connections; more are answered 503.",
           set_number<&Options::connections_max>, show_number<&Options::connections_max>},
    Option{"--max-calls", "NUMBER", "Calls in flight on one connection.",
           set_number<&Options::calls_in_flight_max>, show_number<&Options::calls_in_flight_max>},
    Option{"--max-lanes", "NUMBER", "Tabs that share one WebSocket; 0: none do.",
           set_number<&Options::lanes_max>, show_number<&Options::lanes_max>},
    Option{"--max-header", "SIZE", "Head of an HTTP request.", set_size<&Options::header_size_max>,
           show_size<&Options::header_size_max>},
    Option{"--max-body", "SIZE", "Body of an HTTP request.", set_size<&Options::body_size_max>,
           show_size<&Options::body_size_max>},
    Option{"--max-payload", "SIZE", "Params or results of one call in a frame.",
           set_size<&Options::payload_size_max>, show_size<&Options::payload_size_max>},
    Option{"--max-message", "SIZE", "One WebSocket message, of many frames.",
           set_size<&Options::message_size_max>, show_size<&Options::message_size_max>},
    Option{"--header-timeout", "MS", "Time for the head of a request.",
           set_number<&Options::header_timeout_ms>, show_number<&Options::header_timeout_ms>},
    Option{"--body-timeout", "MS", "Time for the body of a request.",
           set_number<&Options::body_timeout_ms>, show_number<&Options::body_timeout_ms>},
    Option{"--idle-timeout", "MS", "Silence after which an HTTP connection is closed.",
           set_number<&Options::idle_timeout_ms>, show_number<&Options::idle_timeout_ms>},
    Option{"--ping-interval", "MS", "Silence after which a client is sent a PING.",
           set_number<&Options::ping_interval_ms>, show_number<&Options::ping_interval_ms>},
    Option{"--ping-timeout", "MS", "Silence after that at which its WebSocket is given up.",
           set_number<&Options::ping_timeout_ms>, show_number<&Options::ping_timeout_ms>},
    Option{"--session-grace", "MS", "Time for a client to come back; 0: no sessions.",
           set_number<&Options::session_grace_ms>, show_number<&Options::session_grace_ms>},
    Option{"--grace", "MS", "Time for calls in flight when the server stops.",
           set_number<&Options::grace_ms>, show_number<&Options::grace_ms>},
    Option{"--verbose", "", "Log each connection.", set_verbose, nullptr},
    Option{"--version", "", "Print the version and stop.", set_action<&CommandLine::version>,
           nullptr},
    Option{"--help", "", "Print this and stop.", set_action<&CommandLine::help>, nullptr},
};

std::string unknown(std::string_view argument) {
  if (argument.starts_with('-')) return "there is no option " + std::string(argument);
  return "'" + std::string(argument) + "' is no option: to serve a folder, write --serve " +
         std::string(argument);
}

}  // namespace

std::expected<CommandLine, std::string> parse_command_line(std::span<const char* const> arguments) {
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view argument = arguments[i];
    if (argument == "-h") argument = "--help";
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const auto* const option = std::ranges::find(options, name, &Option::name);
    if (option == options.end()) return std::unexpected(unknown(argument));

    std::string_view value;
    if (equals != std::string_view::npos) {
      if (option->value.empty()) return std::unexpected(std::string(name) + " takes no value");
      value = argument.substr(equals + 1);
    } else if (!option->value.empty()) {
      if (i + 1 == arguments.size()) {
        return std::unexpected(std::string(name) + " needs a value: " + std::string(name) + " " +
                               std::string(option->value));
      }
      value = arguments[++i];
    }
    if (const auto problem = option->set(line, value)) {
      return std::unexpected(std::string(name) + ": " + *problem);
    }
  }
  return line;
}

std::string help_text() {
  std::string text =
      "Serves files, isolated so that their pages may use shared memory, and Cortado's protocols, "
      "on\n"
      "one port. Services are added in C++: this program has none of its own, see\n"
      "<cortado/server.hpp>.\n"
      "\n"
      "  cortado-server --serve web --port 8080\n"
      "\n"
      "Options:\n";
  constexpr std::size_t column = 28;
  const ServerOptions defaults;
  for (const Option& option : options) {
    std::string line = "  " + std::string(option.name);
    if (!option.value.empty()) line += " " + std::string(option.value);
    line.resize(std::max(column, line.size() + 2), ' ');
    for (const char character : option.help) {
      line += character;
      if (character == '\n') line += std::string(column, ' ');
    }
    if (option.show_default != nullptr) line += " Default: " + option.show_default(defaults) + ".";
    text += line + "\n";
  }
  text +=
      "\n"
      "A SIZE is in bytes, or as in 512K, 4M. Paths of the server itself: /rpc, /openrpc.json,\n"
      "/healthz, /metrics. SIGTERM and SIGINT let calls in flight finish; a second one does not.\n";
  return text;
}

}  // namespace cortado::server
