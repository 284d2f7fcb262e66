// SPDX-License-Identifier: Apache-2.0
// bench-server PAGES: Cortado's server with the services that are measured, and beside it the raw
// server that is its limit. Prints where both listen as a line of JSON; ends on SIGTERM or SIGINT.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cortado/server.hpp>

#include <coroutine>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>

#include "bench/server/raw_server.hpp"
#include "echo.cortado.hpp"

namespace {

using cortado::bench::Echo;
using cortado::bench::Streams;

class EchoImplementation final : public cortado::bench::EchoService {
 public:
  cortado::Task<void> echo(cortado::Call&, Echo::EchoParams::Reader params,
                           Echo::EchoResults::Builder results) override {
    results.setText(params.getText());
    co_return;
  }

  cortado::Task<void> repeat(cortado::Call&, Echo::RepeatParams::Reader params,
                             cortado::Sink<Echo::RepeatResults>& texts) override {
    for (std::uint32_t sent = 0; sent < params.getCount(); ++sent) {
      const bool is_taken = co_await texts.write(
          [&](Echo::RepeatResults::Builder item) { item.setText(params.getText()); });
      if (!is_taken) co_return;
    }
  }
};

class StreamsImplementation final : public cortado::bench::StreamsService {
 public:
  cortado::Task<void> collect(cortado::Call&, cortado::Source<Streams::CollectParams>& texts,
                              Streams::CollectResults::Builder results) override {
    std::uint32_t count = 0;
    while (auto item = co_await texts.next()) {
      if (!results.hasText()) results.setText(item->getText());
      if (item->getText() == results.asReader().getText()) ++count;
    }
    results.setCount(count);
  }

  cortado::Task<void> chat(cortado::Call&, cortado::Source<Streams::ChatParams>& texts,
                           cortado::Sink<Streams::ChatResults>& answers) override {
    while (auto item = co_await texts.next()) {
      const bool is_taken = co_await answers.write(
          [&](Streams::ChatResults::Builder answer) { answer.setText(item->getText()); });
      if (!is_taken) co_return;
    }
  }

  cortado::Task<void> watch(cortado::Call&, Streams::WatchParams::Reader params,
                            cortado::Sink<Streams::WatchResults>& texts) override {
    co_await texts.write(
        [&](Streams::WatchResults::Builder item) { item.setText(params.getText()); });
    co_await std::suspend_always();  // destroyed here when the caller leaves
  }
};

int serve(const char* pages) {
  // Before any thread is started, so that none is killed by the signal.
  boost::asio::io_context waiting;
  boost::asio::signal_set signals(waiting, SIGTERM, SIGINT);
  signals.async_wait([](const boost::system::error_code&, int) {});

  const cortado::bench::RawServer raw(pages);
  cortado::ServerOptions options;
  options.port = 0;
  options.static_root = pages;
  options.log_level = cortado::LogLevel::warning;
  cortado::Server server(options);
  EchoImplementation echo;
  server.add(echo);
  StreamsImplementation streams;
  server.add(streams);
  if (const auto started = server.start(); !started) {
    std::cerr << "bench-server: " << started.error().message << '\n';
    return 1;
  }
  std::cout << R"({"raw":"http://127.0.0.1:)" << raw.port() << R"(","cortado":")" << server.url()
            << R"("})" << std::endl;
  waiting.run();
  server.stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bench-server FOLDER_OF_PAGES\n";
    return 2;
  }
  try {
    return serve(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "bench-server: " << error.what() << '\n';
    return 1;
  }
}
