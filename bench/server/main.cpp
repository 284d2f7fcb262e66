// SPDX-License-Identifier: Apache-2.0
// bench-server PAGES: Cortado's server with the one service that is measured, and beside it the raw
// server that is its limit. Prints where both listen as a line of JSON; ends on SIGTERM or SIGINT.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cortado/server.hpp>

#include <csignal>
#include <exception>
#include <iostream>

#include "bench/server/raw_server.hpp"
#include "echo.cortado.hpp"

namespace {

using cortado::bench::Echo;

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
