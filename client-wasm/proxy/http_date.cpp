// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/http_date.hpp"

#include <algorithm>

namespace cortado::proxy {
namespace {

constexpr std::string_view days = "SunMonTueWedThuFriSat";
constexpr std::string_view long_days =
    "Sunday   Monday   Tuesday  WednesdayThursday Friday   Saturday ";
constexpr std::size_t long_day_size = 9;
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr Milliseconds day_ms = 86'400'000;

struct Civil {
  std::int64_t year;
  std::int64_t month;  // from 1
  std::int64_t day;
};

/// Days since 1970 of a date of the Gregorian calendar. Years begin in March here, so that the day
/// that comes and goes is the last of one.
constexpr std::int64_t days_since_1970(const Civil& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
  return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719'468;
}

constexpr Civil civil_of(std::int64_t day) {
  const std::int64_t shifted = day + 719'468;
  const std::int64_t era = shifted / 146'097;
  const std::int64_t of_era = shifted % 146'097;
  const std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  return {era * 400 + year + (month >= 10 ? 1 : 0), (month + 2) % 12 + 1,
          of_year - (153 * month + 2) / 5 + 1};
}

/// Reads a date from its beginning; once something is not as expected it stays failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_done() const { return !failed_ && rest_.empty(); }

  void expect(std::string_view text) {
    if (!same(rest_.substr(0, text.size()), text)) failed_ = true;
    rest_.remove_prefix(std::min(text.size(), rest_.size()));
  }
  std::int64_t number(std::size_t digits) {
    const std::string_view text = rest_.substr(0, digits);
    const auto read = to_number(text);
    if (!read || text.size() != digits) failed_ = true;
    rest_.remove_prefix(text.size());
    return failed_ ? 0 : static_cast<std::int64_t>(*read);
  }
  /// Which of the names, each of three letters.
  std::int64_t name(std::string_view names) {
    const std::string_view text = rest_.substr(0, 3);
    rest_.remove_prefix(text.size());
    for (std::size_t at = 0; text.size() == 3 && at < names.size(); at += 3) {
      if (same(names.substr(at, 3), text)) return static_cast<std::int64_t>(at / 3);
    }
    failed_ = true;
    return 0;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void long_day() {
    const std::string_view day = rest_.substr(0, std::min(rest_.find(','), rest_.size()));
    for (std::size_t at = 0; at < long_days.size(); at += long_day_size) {
      std::string_view name = trim(long_days.substr(at, long_day_size));
      if (!same(name, day)) continue;
      rest_.remove_prefix(day.size());
      return;
    }
    failed_ = true;
  }
  Milliseconds time() {
    const std::int64_t hours = number(2);
    expect(":");
    const std::int64_t minutes = number(2);
    expect(":");
    const std::int64_t seconds = number(2);
    if (hours > 23 || minutes > 59 || seconds > 60) failed_ = true;  // 60: a leap second
    return ((hours * 60 + minutes) * 60 + seconds) * 1000;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

/// RFC 9110: two digits that seem more than 50 years ahead are of the past.
std::int64_t year_of_two_digits(std::int64_t digits, Milliseconds now) {
  const std::int64_t this_year = civil_of(now / day_ms).year;
  const std::int64_t year = this_year / 100 * 100 + digits;
  return year > this_year + 50 ? year - 100 : year;
}

std::optional<Milliseconds> time_of(const Reader& reader, const Civil& date, Milliseconds of_day) {
  constexpr int longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!reader.is_done() || date.day < 1 || date.day > longest[date.month - 1]) return std::nullopt;
  return days_since_1970(date) * day_ms + of_day;
}

std::optional<Milliseconds> read_asctime(std::string_view text) {
  Reader reader(text);
  Civil date{};
  reader.name(days);
  reader.expect(" ");
  date.month = reader.name(months) + 1;
  reader.expect(" ");
  date.day = reader.number(reader.skip(' ') ? 1 : 2);
  reader.expect(" ");
  const Milliseconds of_day = reader.time();
  reader.expect(" ");
  date.year = reader.number(4);
  return time_of(reader, date, of_day);
}

std::optional<Milliseconds> read_with_comma(std::string_view text, Milliseconds now) {
  Reader reader(text);
  Civil date{};
  const bool is_rfc850 = text.find(',') > 3;
  const std::string_view separator = is_rfc850 ? "-" : " ";
  if (is_rfc850) {
    reader.long_day();
  } else {
    reader.name(days);
  }
  reader.expect(", ");
  date.day = reader.number(2);
  reader.expect(separator);
  date.month = reader.name(months) + 1;
  reader.expect(separator);
  date.year = is_rfc850 ? year_of_two_digits(reader.number(2), now) : reader.number(4);
  reader.expect(" ");
  const Milliseconds of_day = reader.time();
  reader.expect(" GMT");
  return time_of(reader, date, of_day);
}

void append_two_digits(std::string& text, std::int64_t number) {
  text += static_cast<char>('0' + number / 10 % 10);
  text += static_cast<char>('0' + number % 10);
}

}  // namespace

std::optional<Milliseconds> to_date(std::string_view text, Milliseconds now) {
  return text.find(',') == std::string_view::npos ? read_asctime(text) : read_with_comma(text, now);
}

void append_date(std::string& text, Milliseconds time) {
  constexpr Milliseconds last = 253'402'300'799'000;  // of the year 9999
  const Milliseconds seconds = std::clamp<Milliseconds>(time, 0, last) / 1000;
  const std::int64_t day = seconds / 86'400;
  const Civil date = civil_of(day);
  // 1 January 1970 was a Thursday.
  text += days.substr(static_cast<std::size_t>((day + 4) % 7) * 3, 3);
  text += ", ";
  append_two_digits(text, date.day);
  text += ' ';
  text += months.substr(static_cast<std::size_t>(date.month - 1) * 3, 3);
  text += ' ';
  append_two_digits(text, date.year / 100);
  append_two_digits(text, date.year);
  text += ' ';
  append_two_digits(text, seconds / 3600 % 24);
  text += ':';
  append_two_digits(text, seconds / 60 % 60);
  text += ':';
  append_two_digits(text, seconds % 60);
  text += " GMT";
}

}  // namespace cortado::proxy
