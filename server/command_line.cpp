// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace cortado::server {
namespace {

/// Takes an option's value; gives what is wrong with it, or nothing.
using Set = std::optional<std::string> (*)(CommandLine& line, std::string_view value);

struct Option {
  std::string_view name;   // "--port"
  std::string_view value;  // "NUMBER"; empty: it takes none
  std::string_view help;   // the default is said in it
  Set set;
};

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || text.empty() || number > max) return std::nullopt;
  return number;
}

template <class Number>
std::optional<std::string> set_number(Number& out, std::string_view text, std::string_view what) {
  const auto number = parse_number(text, std::numeric_limits<Number>::max());
  if (!number) return "'" + std::string(text) + "' is no " + std::string(what);
  out = static_cast<Number>(*number);
  return std::nullopt;
}

/// "64", "64K", "64M"
template <class Number>
std::optional<std::string> set_size(Number& out, std::string_view text) {
  std::string_view digits = text;
  std::uint64_t unit = 1;
  if (digits.ends_with('K')) unit = 1024;
  if (digits.ends_with('M')) unit = 1024 * 1024;
  if (unit > 1) digits.remove_suffix(1);
  const auto number = parse_number(digits, std::numeric_limits<Number>::max() / unit);
  if (!number) return "'" + std::string(text) + "' is no size: write bytes, or as in 512K, 4M";
  out = static_cast<Number>(*number * unit);
  return std::nullopt;
}

template <std::uint32_t ServerOptions::*member>
std::optional<std::string> set_ms(CommandLine& line, std::string_view value) {
  return set_number(line.options.*member, value, "number of milliseconds");
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

constexpr std::optional<std::string> ok = std::nullopt;

constexpr std::array options{
    Option{"--serve", "DIR", "Serve the files of this folder at /.",
           [](CommandLine& line, std::string_view value) {
             line.options.static_root = value;
             return ok;
           }},
    Option{"--mount", "/PATH=DIR", "Serve another folder below a path. May be repeated.", set_mount},
    Option{"--port", "NUMBER", "Port to listen at; 0: any that is free. Default: 8080.",
           [](CommandLine& line, std::string_view value) {
             return set_number(line.options.port, value, "port: a number up to 65535");
           }},
    Option{"--address", "IP", "Address to listen at; 0.0.0.0: all networks. Default: 127.0.0.1.",
           [](CommandLine& line, std::string_view value) {
             line.options.address = value;
             return ok;
           }},
    Option{"--allow-origin", "ORIGIN",
           "Pages of this origin may call, too; *: of any. May be repeated.",
           [](CommandLine& line, std::string_view value) {
             line.options.allowed_origins.emplace_back(value);
             return ok;
           }},
    Option{"--no-isolation", "",
           "Do not send COOP, COEP and CORP with files. Pages then have no SharedArrayBuffer.",
           [](CommandLine& line, std::string_view) {
             line.options.cross_origin_isolation = false;
             return ok;
           }},
    Option{"--max-connections", "NUMBER", "Connections; more are answered 503. Default: 10000.",
           [](CommandLine& line, std::string_view value) {
             return set_number(line.options.connections_max, value, "number of connections");
           }},
    Option{"--max-calls", "NUMBER", "Calls in flight on one connection. Default: 4096.",
           [](CommandLine& line, std::string_view value) {
             return set_number(line.options.calls_in_flight_max, value, "number of calls");
           }},
    Option{"--max-header", "SIZE", "Head of an HTTP request. Default: 16K.",
           [](CommandLine& line, std::string_view value) {
             return set_size(line.options.header_size_max, value);
           }},
    Option{"--max-body", "SIZE", "Body of an HTTP request. Default: 4M.",
           [](CommandLine& line, std::string_view value) {
             return set_size(line.options.body_size_max, value);
           }},
    Option{"--max-payload", "SIZE", "Params or results of one call in a frame. Default: 16M.",
           [](CommandLine& line, std::string_view value) {
             return set_size(line.options.payload_size_max, value);
           }},
    Option{"--max-message", "SIZE", "One WebSocket message of many frames. Default: 32M.",
           [](CommandLine& line, std::string_view value) {
             return set_size(line.options.message_size_max, value);
           }},
    Option{"--header-timeout", "MS", "Time for the head of a request. Default: 10000.",
           set_ms<&ServerOptions::header_timeout_ms>},
    Option{"--body-timeout", "MS", "Time for the body of a request. Default: 30000.",
           set_ms<&ServerOptions::body_timeout_ms>},
    Option{"--idle-timeout", "MS", "Silence after which a connection is closed. Default: 60000.",
           set_ms<&ServerOptions::idle_timeout_ms>},
    Option{"--ping-interval", "MS", "Silence after which a WebSocket is pinged. Default: 20000.",
           set_ms<&ServerOptions::ping_interval_ms>},
    Option{"--grace", "MS", "Time for calls in flight when the server stops. Default: 5000.",
           set_ms<&ServerOptions::grace_ms>},
    Option{"--verbose", "", "Log each connection.",
           [](CommandLine& line, std::string_view) {
             line.options.log_level = LogLevel::debug;
             return ok;
           }},
    Option{"--version", "", "Print the version and stop.",
           [](CommandLine& line, std::string_view) {
             line.version = true;
             return ok;
           }},
    Option{"--help", "", "Print this and stop.",
           [](CommandLine& line, std::string_view) {
             line.help = true;
             return ok;
           }},
};

std::string unknown(std::string_view argument) {
  if (argument.starts_with('-')) return "there is no option " + std::string(argument);
  return "'" + std::string(argument) + "' is no option: to serve a folder, write --serve " +
         std::string(argument);
}

}  // namespace

std::expected<CommandLine, std::string> parse_command_line(
    std::span<const char* const> arguments) {
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
      "Serves files, isolated so that their pages may use shared memory, and Cortado's protocols, on\n"
      "one port. Services are added in C++: this program has none of its own, see\n"
      "<cortado/server.hpp>.\n"
      "\n"
      "  cortado-server --serve web --port 8080\n"
      "\n"
      "Options:\n";
  constexpr std::size_t column = 30;
  for (const Option& option : options) {
    std::string left = "  " + std::string(option.name);
    if (!option.value.empty()) left += " " + std::string(option.value);
    left.resize(std::max(column, left.size() + 2), ' ');
    text += left + std::string(option.help) + "\n";
  }
  text +=
      "\n"
      "A SIZE is in bytes, or as in 512K, 4M. Paths of the server itself: /rpc, /openrpc.json,\n"
      "/healthz, /metrics. SIGTERM and SIGINT let calls in flight finish; a second one does not.\n";
  return text;
}

}  // namespace cortado::server
