// SPDX-License-Identifier: Apache-2.0
#include "server/json_stream.hpp"

#include <boost/json/object.hpp>
#include <capnp/message.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rpc/received_message.hpp"
#include "rpc/stream_call.hpp"
#include "server/json_call.hpp"
#include "server/json_error.hpp"
#include "server/json_request.hpp"

namespace cortado::server {
namespace {

namespace json = boost::json;

// Text that waits for the socket; what the handler writes beyond it waits in the handler, or as
// $overflow says.
constexpr std::size_t waiting_size_max = 64 * 1024;

constexpr std::string_view record_start = "\x1e{\"jsonrpc\":\"2.0\",\"id\":";
// A record without text, which means nothing.
constexpr std::string_view heartbeat = "\x1e\n";
// There is one call: its id tells it from nothing.
constexpr wire::CallId call_id = 1;

class JsonStream final : public Exchange, private StreamCarrier, private JsonCall::Owner {
 public:
  JsonStream(Worker& worker, const CallContext& context, const Method& method, std::string id,
             std::function<void()> on_ready)
      : method_(method),
        heartbeat_ms_(worker.site.options.stream_heartbeat_ms),
        id_(std::move(id)),
        client_address_(context.client_address),
        on_ready_(std::move(on_ready)),
        stream_(*this, call_id, {.writes = true, .overflow = method.info->overflow}),
        call_(worker, *this, method, header_of(context, *method.service_info, *method.info),
              CallerInfo{client_address_, "http"}, &stream_) {}
  ~JsonStream() noexcept override = default;  // kj's arrays say they may throw

  void start(const json::value& params) {
    if (call_.start(params)) settle();
  }

  // Exchange
  [[nodiscard]] bool done() const override { return ended_ && records_.empty(); }
  [[nodiscard]] std::uint64_t next_deadline_ms() const override {
    if (ended_) return no_deadline;
    if (broken_off_) return 0;
    return std::min(call_.deadline_ms(), heartbeat_at_ms());
  }
  void advance(std::uint64_t now_ms) override {
    if (ended_) return;
    if (broken_off_) {
      stop(*broken_off_);
    } else if (!call_.finished() && call_.deadline_ms() <= now_ms) {
      stop({StatusCode::deadline_exceeded, "the call's time is over", 0, {}});
    } else if (now_ms >= heartbeat_at_ms()) {
      heard_ms_ = now_ms;
      records_ += heartbeat;
    }
  }
  /// Of a call that failed before there was an item: an answer as any other.
  [[nodiscard]] bool streams() const override { return !ended_ || !error() || has_items_; }
  [[nodiscard]] Response take() override {
    Response response;
    if (!streams()) {
      std::string body;
      append_error_answer(body, *error(), id_);
      response.set_json(std::move(body));
      return response;
    }
    response.body_follows = true;
    response.set("Content-Type", json_sequence_type)
        .set("Cache-Control", "no-store")
        .set("X-Accel-Buffering", "no");  // for nginx: each item is wanted now
    return response;
  }
  [[nodiscard]] bool has_body() const override { return !records_.empty(); }
  void take_body(std::string& out) override {
    heard_ms_ = net::now_ms();
    sending_size_ = records_.size();
    out += records_;
    records_.clear();
  }
  void body_sent() override {
    sending_size_ = 0;
    if (std::exchange(blocked_, false)) stream_.on_writable();
    if (call_.finished()) settle();
  }

 private:
  // StreamCarrier
  bool writable(wire::CallId) override {
    const bool has_room = records_.size() + sending_size_ < waiting_size_max;
    blocked_ = blocked_ || !has_room;
    return has_room;
  }
  Sent send_item(wire::CallId id, Segments item) override {
    capnp::SegmentArrayMessageReader message(item);
    return send(id, message.getRoot<capnp::AnyPointer>());
  }
  Sent send_item(wire::CallId id, std::span<const std::byte> item) override {
    ReceivedMessage message(item);
    return send(id, message.root());
  }
  void end_items(wire::CallId) override {}
  void consumed(wire::CallId, std::size_t) override {}
  void break_off(wire::CallId, const Error& error) override {
    // Its handler may be on the stack: advance() stops it.
    if (!broken_off_) broken_off_ = error;
    on_ready_();
  }
  ItemScratch& scratch() override { return scratch_; }

  [[nodiscard]] std::uint64_t heartbeat_at_ms() const {
    return heartbeat_ms_ == 0 ? no_deadline : heard_ms_ + heartbeat_ms_;
  }

  // JsonCall::Owner
  void call_finished() override { settle(); }

  /// How the call failed, if it did. A handler may return well from a stream that was broken off.
  [[nodiscard]] const std::optional<Error>& error() const {
    return broken_off_ ? broken_off_ : call_.error();
  }

  Sent send(wire::CallId id, capnp::AnyPointer::Reader item) {
    if (!writable(id)) return Sent::blocked;
    has_items_ = true;
    ((records_ += record_start) += id_) += R"(,"item":)";
    method_.codec->results_to_json(item, records_);
    records_ += "}\n";
    on_ready_();
    return Sent::yes;
  }

  void stop(const Error& error) {
    stopped_ = true;
    if (!call_.finished()) call_.stop(error);
    settle();
  }

  /// The call has finished: when its items have left, so does the end.
  void settle() {
    if (ended_ || !(stopped_ || stream_.is_drained())) return;
    ended_ = true;
    if (!streams()) return on_ready_();
    (records_ += record_start) += id_;
    if (error()) {
      records_ += R"(,"error":)";
      append_error(records_, *error());
    } else {
      records_ += R"(,"result":{})";
    }
    records_ += "}\n";
    on_ready_();
  }

  const Method& method_;
  const std::uint64_t heartbeat_ms_;
  const std::string id_;  // JSON text
  const std::string client_address_;
  const std::function<void()> on_ready_;
  std::string records_;                     // that wait to be taken
  std::size_t sending_size_ = 0;            // of those that are on their way
  std::uint64_t heard_ms_ = net::now_ms();  // when something was sent
  bool blocked_ = false;                    // the stream was told to wait
  bool has_items_ = false;
  bool stopped_ = false;  // what waits is not sent any more
  bool ended_ = false;    // the last record is made
  std::optional<Error> broken_off_;
  ItemScratch scratch_;
  StreamCall stream_;
  JsonCall call_;  // whose handler writes to the others: destroyed first
};

const json::value& no_params() {
  static const json::value empty = json::object();
  return empty;
}

}  // namespace

std::unique_ptr<Exchange> start_json_stream(Worker& worker, const json::value& value,
                                            const CallContext& context,
                                            const std::function<void()>& on_ready) {
  if (!value.is_object()) return nullptr;
  const JsonRequest request = read_request(value, worker.json.number_id(0));
  if (!request.problem.empty() || request.id.empty()) return nullptr;
  const Method* const method = worker.site.methods.find(request.method);
  if (method == nullptr || method->info->kind != wire::CallKind::server_stream) return nullptr;
  auto stream = std::make_unique<JsonStream>(worker, context, *method, request.id, on_ready);
  stream->start(request.params != nullptr ? *request.params : no_params());
  return stream;
}

}  // namespace cortado::server
