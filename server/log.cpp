// SPDX-License-Identifier: Apache-2.0
#include "server/log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace cortado::server {
namespace {

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

std::string timestamp() {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(system_clock::now());
  const std::time_t seconds = system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> milliseconds_text{};
  std::snprintf(milliseconds_text.data(), milliseconds_text.size(), ".%03dZ",
                static_cast<int>(now.time_since_epoch().count() % 1000));
  return std::string(text.data(), size) + milliseconds_text.data();
}

bool is_plain(char character) {
  return character > ' ' && character != '"' && character != '\\' && character != '=' &&
         character != 0x7f;
}

void write_to_standard_error(LogLevel, std::string_view line) {
  // One write a line, so that lines of several processes do not mix.
  const std::string text = std::string(line) + '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

void append_log_field(std::string& line, std::string_view name, std::string_view value) {
  line += ' ';
  line += name;
  line += '=';
  if (!value.empty() && std::ranges::all_of(value, is_plain)) {
    line += value;
    return;
  }
  line += '"';
  for (const char character : value) {
    if (character == '"' || character == '\\') {
      line += '\\';
      line += character;
    } else if (character == '\n') {
      line += "\\n";
    } else if (static_cast<unsigned char>(character) < ' ' || character == 0x7f) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned>(character));
      line += escaped.data();
    } else {
      line += character;
    }
  }
  line += '"';
}

Log::Log(const ServerOptions& options)
    : sink_(options.log ? options.log : write_to_standard_error), level_(options.log_level) {}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!takes(level)) return;
  std::string line = "time=" + timestamp();
  append_log_field(line, "level", name(level));
  append_log_field(line, "event", event);
  for (const LogField& field : fields) append_log_field(line, field.name, field.value);
  sink_(level, line);
}

}  // namespace cortado::server
