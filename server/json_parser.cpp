// SPDX-License-Identifier: Apache-2.0
#include "server/json_parser.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace cortado::server {
namespace {

namespace json = boost::json;
using ErrorCode = boost::system::error_code;

// What most bodies need; a larger one takes more from the heap, for its own time.
constexpr std::size_t arena_size = 256 * 1024;
constexpr std::size_t stack_size = 16 * 1024;

struct NumberId {
  std::size_t request;
  std::string_view text;
};

/// What basic_parser calls for each piece of the text. Pieces go to Boost.JSON's own stack, which
/// builds the value.
class Handler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  Handler(unsigned char* memory, std::size_t size) : stack_({}, memory, size) {}

  void reset(json::storage_ptr arena) {
    stack_.reset(std::move(arena));
    depth_ = 0;
    batch_ = false;
    in_id_ = false;
    request_ = 0;
    number_ids_.clear();
  }
  json::value release() { return stack_.release(); }
  [[nodiscard]] const std::vector<NumberId>& number_ids() const { return number_ids_; }

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }

  bool on_object_begin(ErrorCode&) {
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t size, ErrorCode&) {
    stack_.push_object(size);
    leave();
    return true;
  }
  bool on_array_begin(ErrorCode&) {
    if (depth_ == 0) batch_ = true;
    ++depth_;
    return true;
  }
  bool on_array_end(std::size_t size, ErrorCode&) {
    stack_.push_array(size);
    leave();
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, ErrorCode&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t size, ErrorCode&) {
    stack_.push_key(rest);
    // A key written with escapes comes in parts; such an "id" is still found in the value.
    in_id_ = at_request() && size == 2 && rest == "id";
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, ErrorCode&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, ErrorCode&) {
    stack_.push_string(rest);
    end_value();
    return true;
  }
  // Called at the end of the text only, for a number that is the whole text: no request.
  bool on_number_part(json::string_view, ErrorCode&) { return true; }
  bool on_int64(std::int64_t number, json::string_view text, ErrorCode&) {
    stack_.push_int64(number);
    return end_number(text);
  }
  bool on_uint64(std::uint64_t number, json::string_view text, ErrorCode&) {
    stack_.push_uint64(number);
    return end_number(text);
  }
  bool on_double(double number, json::string_view text, ErrorCode&) {
    stack_.push_double(number);
    return end_number(text);
  }
  bool on_bool(bool value, ErrorCode&) {
    stack_.push_bool(value);
    end_value();
    return true;
  }
  bool on_null(ErrorCode&) {
    stack_.push_null();
    end_value();
    return true;
  }
  bool on_comment_part(json::string_view, ErrorCode&) { return true; }
  bool on_comment(json::string_view, ErrorCode&) { return true; }

 private:
  /// Directly inside the object of a request.
  [[nodiscard]] bool at_request() const { return depth_ == (batch_ ? 2 : 1); }

  bool end_number(json::string_view text) {
    if (in_id_ && at_request()) number_ids_.push_back({request_, text});
    end_value();
    return true;
  }
  void leave() {
    --depth_;
    end_value();
  }
  /// Each value directly in the outer array is a request.
  void end_value() {
    if (batch_ && depth_ == 1) ++request_;
  }

  json::value_stack stack_;
  std::size_t depth_ = 0;
  bool batch_ = false;
  bool in_id_ = false;  // the value of the key "id" of a request follows
  std::size_t request_ = 0;
  std::vector<NumberId> number_ids_;
};

json::parse_options parse_options(std::size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max + 3;  // batch, request, params
  options.numbers = json::number_precision::precise;
  return options;
}

}  // namespace

class JsonParser::State {
 public:
  explicit State(std::size_t depth_max)
      : arena_memory_(arena_size),
        stack_memory_(stack_size),
        parser_(parse_options(depth_max), stack_memory_.data(), stack_memory_.size()) {}

  const json::value* parse(std::string_view text, ErrorCode& error) {
    value_.reset();
    arena_.emplace(arena_memory_.data(), arena_memory_.size());
    parser_.reset();
    Handler& handler = parser_.handler();
    handler.reset(&*arena_);
    const std::size_t size = parser_.write_some(false, text.data(), text.size(), error);
    if (!error && size < text.size()) error = json::error::extra_data;
    if (error) {
      handler.reset({});
      return nullptr;
    }
    value_.emplace(handler.release());
    return &*value_;
  }

  [[nodiscard]] const std::vector<NumberId>& number_ids() const {
    return parser_.handler().number_ids();
  }

 private:
  std::vector<unsigned char> arena_memory_;
  std::vector<unsigned char> stack_memory_;
  std::optional<json::monotonic_resource> arena_;
  json::basic_parser<Handler> parser_;
  std::optional<json::value> value_;  // in the arena: destroyed before it
};

JsonParser::JsonParser(std::size_t depth_max) : state_(std::make_unique<State>(depth_max)) {}
JsonParser::~JsonParser() = default;

const json::value* JsonParser::parse(std::string_view text) {
  ErrorCode error;
  const json::value* const value = state_->parse(text, error);
  problem_ = error ? error.message() : "";
  return value;
}

std::string_view JsonParser::number_id(std::size_t index) const {
  // Of several members called "id" the last counts, here and in the value.
  const std::vector<NumberId>& ids = state_->number_ids();
  const auto behind = std::ranges::upper_bound(ids, index, {}, &NumberId::request);
  if (behind == ids.begin() || std::prev(behind)->request != index) return {};
  return std::prev(behind)->text;
}

}  // namespace cortado::server
