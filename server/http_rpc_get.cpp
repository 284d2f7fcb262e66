// SPDX-License-Identifier: Apache-2.0
#include "server/http_rpc_get.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <utility>

#include "server/call_group.hpp"
#include "server/json_error.hpp"

namespace cortado::server {
namespace {

namespace json = boost::json;

constexpr std::string_view path_prefix = "/rpc/";

Response error_response(const Error& error, unsigned status) {
  Response response(status);
  std::string body;
  append_error(body, error);
  response.set_json(std::move(body)).set("Cache-Control", "no-store");
  if (error.retry_after_ms != 0) {
    response.set("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  }
  return response;
}

/// $cache of the method as Cache-Control.
std::string cache_control(const MethodInfo& method) {
  if (method.cache_ttl_ms == 0) return "no-cache";  // kept, but asked for again
  return std::string(method.cache_public ? "public" : "private") +
         ", max-age=" + std::to_string(method.cache_ttl_ms / 1000);
}

class RpcGetExchange final : public Exchange {
 public:
  RpcGetExchange(Worker& worker, const Request& request, CallContext context,
                 std::function<void()> on_done)
      : worker_(worker),
        known_etags_(request.header(http::field::if_none_match)),
        calls_(worker, std::move(context), std::move(on_done)) {}

  void start(const Target& target) {
    method_ = find_method(target.path);
    if (method_ == nullptr) {
      worker_.metrics.call_finished({}, {}, StatusCode::unimplemented, 0);
      return refuse(
          404, {StatusCode::unimplemented, "there is no method at " + std::string(target.path) +
                                               ": the form is /rpc/Service/method?params={...}"});
    }
    if (!method_->info->idempotent) {
      refuse(405,
             {StatusCode::unimplemented, "this method is not idempotent: call it with POST /rpc"});
      early_->set("Allow", "POST");
      return;
    }
    const json::value* params = &no_params_;
    if (target.query.find("params=") != std::string_view::npos) {
      const std::optional<std::string> text = query_param(target.query, "params");
      params = text ? worker_.json.parse(*text) : nullptr;
      if (params == nullptr) {
        return refuse(400, {StatusCode::invalid_argument,
                            "params must be JSON, percent-encoded" +
                                (text ? ": " + worker_.json.problem() : std::string())});
      }
    }
    call_ = &calls_.start(*method_, *params);
  }

  [[nodiscard]] bool done() const override { return early_ || calls_.done(); }
  [[nodiscard]] std::uint64_t next_deadline_ms() const override {
    return calls_.next_deadline_ms();
  }
  void advance(std::uint64_t now_ms) override { calls_.advance(now_ms); }

  [[nodiscard]] Response take() override {
    if (early_) return std::move(*early_);
    if (call_->error()) return error_response(*call_->error(), http_status(call_->error()->code));
    std::string body;
    call_->append_results(body);
    const std::string etag = etag_of(body);
    Response response;
    response.set("ETag", etag).set("Cache-Control", cache_control(*method_->info));
    if (matches_etag(known_etags_, etag)) {
      response.status = 304;
    } else {
      response.set_json(std::move(body));
    }
    return response;
  }

 private:
  void refuse(unsigned status, const Error& error) { early_ = error_response(error, status); }

  /// "/rpc/Exchange.Market/quote" is the method "Exchange.Market.quote".
  const Method* find_method(std::string_view path) const {
    std::optional<std::string> name = percent_decode(path.substr(path_prefix.size()));
    if (!name) return nullptr;
    const std::size_t slash = name->find('/');
    if (slash == std::string::npos) return nullptr;
    (*name)[slash] = '.';
    return worker_.site.methods.find(*name);
  }

  Worker& worker_;
  const std::string known_etags_;
  const json::value no_params_ = json::object();
  CallGroup calls_;
  const Method* method_ = nullptr;
  JsonCall* call_ = nullptr;
  std::optional<Response> early_;  // no call was made
};

}  // namespace

std::unique_ptr<Exchange> start_rpc_get(Worker& worker, const Request& request, CallContext context,
                                        std::function<void()> on_done) {
  auto exchange =
      std::make_unique<RpcGetExchange>(worker, request, std::move(context), std::move(on_done));
  exchange->start(request.target);
  return exchange;
}

}  // namespace cortado::server
