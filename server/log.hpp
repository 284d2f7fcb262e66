// SPDX-License-Identifier: Apache-2.0
// Structured log lines: time, level and event, then what the event knows, as name=value.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "server/options.hpp"

namespace cortado::server {

struct LogField {
  std::string_view name;
  std::string value;
};

class Log {
 public:
  explicit Log(const ServerOptions& options);

  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

  [[nodiscard]] bool takes(LogLevel level) const { return level >= level_; }

 private:
  std::function<void(LogLevel, std::string_view)> sink_;
  LogLevel level_;
};

/// Appends ` name=value`; a value with spaces, quotes or control characters is quoted, so that what
/// a peer sent cannot forge a line.
void append_log_field(std::string& line, std::string_view name, std::string_view value);

}  // namespace cortado::server
