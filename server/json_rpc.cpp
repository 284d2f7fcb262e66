// SPDX-License-Identifier: Apache-2.0
#include "server/json_rpc.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <utility>
#include <vector>

#include "server/call_group.hpp"
#include "server/json_error.hpp"
#include "server/json_request.hpp"
#include "server/json_stream.hpp"

namespace cortado::server {
namespace {

namespace json = boost::json;

constexpr std::string_view discover_method = "rpc.discover";

const json::value& no_params() {
  static const json::value empty = json::object();
  return empty;
}

class JsonRpcExchange final : public Exchange {
 public:
  JsonRpcExchange(Worker& worker, CallContext context, std::function<void()> on_done)
      : worker_(worker), calls_(worker, std::move(context), std::move(on_done)) {}

  /// `value`: what the parser gave.
  void start(const json::value* value) {
    if (value == nullptr) {
      append_error_answer(answers_, JsonRpcError::parse_error, worker_.json.problem(), "null");
    } else if (const json::array* const batch = value->if_array(); batch == nullptr) {
      start_request(*value, 0);
    } else if (batch->empty()) {
      append_error_answer(answers_, JsonRpcError::invalid_request, "a batch holds a request",
                          "null");
    } else {
      batch_ = true;
      answers_ += '[';
      for (std::size_t index = 0; index < batch->size(); ++index) {
        start_request((*batch)[index], index);
      }
    }
  }

  [[nodiscard]] bool done() const override { return calls_.done(); }
  [[nodiscard]] std::uint64_t next_deadline_ms() const override {
    return calls_.next_deadline_ms();
  }
  void advance(std::uint64_t now_ms) override { calls_.advance(now_ms); }

  [[nodiscard]] Response take() override {
    std::string text = joined();
    if (text.size() <= (batch_ ? 1 : 0)) return Response(204);
    if (batch_) text.back() = ']';  // in the place of the last comma
    Response response;
    response.set_json(std::move(text));
    return response;
  }

 private:
  /// A call that waits, and where in answers_ its answer belongs.
  struct Waiting {
    std::size_t place;
    JsonCall* call;
    std::string id;  // empty: a notification
  };

  void start_request(const json::value& value, std::size_t index) {
    const JsonRequest request = read_request(value, worker_.json.number_id(index));
    if (!request.problem.empty()) {
      append_error_answer(answers_, JsonRpcError::invalid_request, request.problem, request.id);
      return close_answer(answers_);
    }
    const Method* const method = worker_.site.methods.find(request.method);
    if (method == nullptr) return answer_without_service(request);
    JsonCall& call = calls_.start(*method, request.params ? *request.params : no_params(),
                                  request.idempotency_key);
    if (call.finished()) {
      append_answer(answers_, call, request.id);
    } else {
      waiting_.push_back({answers_.size(), &call, request.id});
    }
  }

  void answer_without_service(const JsonRequest& request) {
    const bool discovers = request.method == discover_method;
    if (!discovers) {
      worker_.metrics.call_finished({}, {}, StatusCode::unimplemented, 0);
    }
    if (request.id.empty()) return;
    if (discovers) {
      ((answers_ += R"({"jsonrpc":"2.0","result":)") += worker_.site.openrpc) += R"(,"id":)";
      (answers_ += request.id) += '}';
    } else {
      append_error_answer(answers_, JsonRpcError::method_not_found,
                          "this server has no method " + std::string(request.method), request.id);
    }
    close_answer(answers_);
  }

  void append_answer(std::string& out, JsonCall& call, std::string_view id) {
    if (id.empty()) return;
    if (call.error()) {
      append_error_answer(out, *call.error(), id);
    } else {
      out += R"({"jsonrpc":"2.0","result":)";
      call.append_results(out);
      ((out += R"(,"id":)") += id) += '}';
    }
    close_answer(out);
  }

  void close_answer(std::string& out) const {
    if (batch_) out += ',';
  }

  /// All answers, in the order of the requests.
  std::string joined() {
    if (waiting_.empty()) return std::move(answers_);
    std::string text;
    std::size_t done = 0;
    for (const Waiting& waiting : waiting_) {
      text.append(answers_, done, waiting.place - done);
      done = waiting.place;
      append_answer(text, *waiting.call, waiting.id);
    }
    text.append(answers_, done);
    return text;
  }

  Worker& worker_;
  CallGroup calls_;
  bool batch_ = false;
  std::string answers_;  // of what finished at once; in a batch '[', then each with a comma
  std::vector<Waiting> waiting_;
};

}  // namespace

std::unique_ptr<Exchange> start_json_rpc(Worker& worker, std::string_view body, CallContext context,
                                         std::function<void()> on_done) {
  const json::value* const value = worker.json.parse(body);
  if (value != nullptr && context.accepts_sequence) {
    if (auto stream = start_json_stream(worker, *value, context, on_done)) return stream;
  }
  auto exchange = std::make_unique<JsonRpcExchange>(worker, std::move(context), std::move(on_done));
  exchange->start(value);
  return exchange;
}

}  // namespace cortado::server
