// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "rpc/connection.hpp"
#include "rpc/topic.hpp"
#include "server/client_session.hpp"
#include "server/shutdown.hpp"
#include "server/worker.hpp"

namespace cortado {
namespace {

namespace asio = boost::asio;
using server::Listener;
using server::Log;
using server::MethodTable;
using server::OriginPolicy;
using server::Shutdown;
using server::Site;
using server::StaticFiles;
using server::Worker;

/// How often timeouts are looked at: four times in the shortest, but not more often than is cheap.
std::chrono::milliseconds tick_interval(const ServerOptions& options) {
  std::uint32_t shortest = 4'000;
  for (const std::uint32_t timeout :
       {options.header_timeout_ms, options.body_timeout_ms, options.idle_timeout_ms}) {
    if (timeout != 0) shortest = std::min(shortest, timeout);
  }
  return std::chrono::milliseconds(std::max(shortest / 4, std::uint32_t{5}));
}

std::optional<StartError> problem_of(const ServerOptions& options) {
  for (const std::string& origin : options.allowed_origins) {
    if (const auto problem = OriginPolicy::problem_of(origin)) {
      return StartError{StartError::Kind::bad_options, *problem};
    }
  }
  if (options.session_grace_ms != 0 && options.session_retained_size_max == 0) {
    return StartError{
        StartError::Kind::bad_options,
        "session_retained_size_max must not be 0; for no sessions set session_grace_ms"
        " to 0"};
  }
  if (options.message_size_max < options.payload_size_max + wire::frame_header_size) {
    return StartError{StartError::Kind::bad_options,
                      "message_size_max must hold at least one frame of payload_size_max"};
  }
  return std::nullopt;
}

}  // namespace

class Server::State {
 public:
  explicit State(ServerOptions options)
      : options_(std::move(options)), log_(options_), origins_(options_.allowed_origins) {}

  ~State() {
    if (thread_.joinable()) stop(0);
  }

  void add(Service& service, const JsonCodec* codec) {
    if (!services_.add(service)) {
      throw std::invalid_argument("a service " + std::string(service.info().name) +
                                  " was added before");
    }
    if (codec != nullptr) methods_.add(service, *codec);
  }

  std::expected<void, StartError> open() {
    if (const auto problem = problem_of(options_)) return std::unexpected(*problem);
    auto files = StaticFiles::open(options_);
    if (!files) {
      return std::unexpected(StartError{StartError::Kind::bad_options, files.error()});
    }
    files_.emplace(std::move(*files));
    openrpc_ = methods_.openrpc("Cortado services", "1");
    site_.emplace(Site{options_, services_, methods_, origins_, *files_, openrpc_, log_});
    worker_.emplace(*site_, context_.get_executor());
    for (const Service* service : services_.all()) worker_->metrics.add(service->info());
    listener_.emplace(*worker_);
    if (auto opened = listener_->open(options_.address, options_.port); !opened) {
      StartError& error = opened.error();
      if (error.kind == StartError::Kind::port_in_use && !options_.port_option.empty()) {
        error.message += " with " + options_.port_option;
      }
      return opened;
    }
    shutdown_.emplace(*worker_, *listener_, [this] { context_.stop(); });
    log_.write(LogLevel::info, "listening", {{"url", url()}});
    listener_->start();
    tick();
    return {};
  }

  int run() {
    if (const auto opened = open(); !opened) {
      log_.write(LogLevel::error, "cannot_start", {{"what", opened.error().message}});
      return 1;
    }
    asio::signal_set signals(context_, SIGINT, SIGTERM);
    await_signal(signals);
    serve();
    log_.write(LogLevel::info, "stopped");
    return 0;
  }

  void serve_on_thread() {
    thread_ = std::thread([this] { serve(); });
  }

  void stop(std::uint32_t grace_ms) {
    asio::post(context_, [this, grace_ms] {
      shutdown_->begin(grace_ms);
      if (grace_ms == 0) shutdown_->begin(0);
    });
    if (thread_.joinable()) thread_.join();
  }

  void publish(std::string_view topic, Segments segments) {
    if (topic.empty() || topic.size() > wire::topic_size_max) {
      throw std::invalid_argument("a topic is 1 to " + std::to_string(wire::topic_size_max) +
                                  " bytes long");
    }
    wire::Buffer frame = topic_frame(topic, segments);
    if (frame.size() > wire::frame_header_size + wire::cut_size) {
      throw std::invalid_argument("a message on a topic is at most " +
                                  std::to_string(wire::cut_size) + " bytes large");
    }
    auto message = std::make_shared<const wire::Buffer>(std::move(frame));
    asio::dispatch(context_, [this, name = std::string(topic), message = std::move(message)] {
      if (worker_) worker_->topics.publish(name, message);
    });
  }

  [[nodiscard]] const ServerOptions& options() const { return options_; }
  [[nodiscard]] std::uint16_t port() const { return listener_ ? listener_->endpoint().port() : 0; }
  [[nodiscard]] std::string url() const {
    const net::Tcp::endpoint endpoint = listener_->endpoint();
    std::string host = endpoint.address().to_string();
    if (endpoint.address().is_unspecified()) host = "localhost";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return "http://" + host + ":" + std::to_string(endpoint.port());
  }
  asio::io_context::executor_type executor() { return context_.get_executor(); }

 private:
  void serve() {
    context_.run();
    // What did not end in time: handlers are unwound now, while services live.
    worker_->sockets.for_each([](server::ServedSocket& socket) { socket.abandon(); });
    worker_->sessions.end_all();
    context_.restart();
    context_.poll();
  }

  void tick() {
    timer_.expires_after(tick_interval(options_));
    timer_.async_wait([this](net::ErrorCode stopped) {
      if (stopped) return;
      const std::uint64_t now_ms = net::now_ms();
      worker_->sockets.for_each([now_ms](server::ServedSocket& socket) { socket.tick(now_ms); });
      worker_->sessions.tick();
      worker_->answers.expire(now_ms);
      tick();
    });
  }

  /// The first signal begins the end, the second hastens it.
  void await_signal(asio::signal_set& signals) {
    signals.async_wait([this, &signals](net::ErrorCode stopped, int) {
      if (stopped) return;
      shutdown_->begin(options_.grace_ms);
      await_signal(signals);
    });
  }

  const ServerOptions options_;
  Log log_;
  ServiceRegistry services_;
  MethodTable methods_;
  const OriginPolicy origins_;
  std::optional<StaticFiles> files_;
  std::string openrpc_;
  std::optional<Site> site_;
  std::optional<Worker> worker_;
  // One thread runs it: no locks are needed but for post().
  asio::io_context context_{1};
  std::optional<Listener> listener_;
  std::optional<Shutdown> shutdown_;
  net::Timer timer_{context_.get_executor()};
  std::thread thread_;
};

Server::Server(ServerOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Server::~Server() = default;

void Server::add(Service& service, const JsonCodec* codec) { state_->add(service, codec); }

int Server::run() { return state_->run(); }

std::expected<void, StartError> Server::start() {
  auto opened = state_->open();
  if (opened) state_->serve_on_thread();
  return opened;
}

void Server::stop() { state_->stop(state_->options().grace_ms); }

void Server::publish(std::string_view topic, Segments message) { state_->publish(topic, message); }

std::uint16_t Server::port() const { return state_->port(); }

std::string Server::url() const { return state_->url(); }

boost::asio::io_context::executor_type Server::executor() { return state_->executor(); }

}  // namespace cortado
