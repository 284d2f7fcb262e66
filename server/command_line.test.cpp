// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

namespace cortado::server {
namespace {

std::expected<CommandLine, std::string> parse(std::initializer_list<const char*> arguments) {
  return parse_command_line(std::vector<const char*>(arguments));
}

std::string problem(std::initializer_list<const char*> arguments) {
  const auto line = parse(arguments);
  return line ? "" : line.error();
}

TEST_CASE("options are taken in both forms") {
  const auto line =
      parse({"--serve", "web", "--port=9000", "--mount", "/docs=build/docs", "--allow-origin",
             "https://a.example", "--allow-origin=*", "--max-body", "64K", "--max-payload=1M",
             "--grace", "10", "--no-isolation", "--verbose"});
  REQUIRE(line.has_value());
  const ServerOptions& options = line->options;
  CHECK(options.static_root == "web");
  CHECK(options.port == 9000);
  REQUIRE(options.mounts.size() == 1);
  CHECK(options.mounts[0].prefix == "/docs");
  CHECK(options.mounts[0].folder == "build/docs");
  CHECK(options.allowed_origins == std::vector<std::string>{"https://a.example", "*"});
  CHECK(options.body_size_max == 64 * 1024);
  CHECK(options.payload_size_max == 1024 * 1024);
  CHECK(options.grace_ms == 10);
  CHECK(!options.cross_origin_isolation);
  CHECK(options.log_level == LogLevel::debug);
}

TEST_CASE("without arguments the defaults hold") {
  const auto line = parse({});
  REQUIRE(line.has_value());
  CHECK(line->options.port == ServerOptions{}.port);
  CHECK(!line->help);
}

TEST_CASE("what is wrong is said with what would be right") {
  CHECK(problem({"--prot", "80"}) == "there is no option --prot");
  CHECK(problem({"web"}) == "'web' is no option: to serve a folder, write --serve web");
  CHECK(problem({"--port"}) == "--port needs a value: --port NUMBER");
  CHECK(problem({"--port", "70000"}) == "--port: '70000' is no number up to 65535");
  CHECK(problem({"--port", "80a"}) == "--port: '80a' is no number up to 65535");
  CHECK(problem({"--port="}) == "--port: '' is no number up to 65535");
  CHECK(problem({"--help=yes"}) == "--help takes no value");
  CHECK(problem({"--max-body", "4X"}).starts_with("--max-body: '4X' is no size"));
  CHECK(problem({"--max-payload", "4096M"}).starts_with("--max-payload: '4096M' is no size"));
  CHECK(problem({"--mount", "docs"}).starts_with("--mount: 'docs' is no mount"));
  CHECK(problem({"--allow-origin", "example.com"}).starts_with("--allow-origin: 'example.com'"));
}

TEST_CASE("the help names every option, with defaults as they are, in 100 columns") {
  CHECK(parse({"--help"})->help);
  CHECK(parse({"-h"})->help);
  CHECK(parse({"--version"})->version);
  const std::string help = help_text();
  CHECK(help.find("--port NUMBER") != std::string::npos);
  CHECK(help.find("Default: 8080.") != std::string::npos);
  CHECK(help.find("Default: 4M.") != std::string::npos);
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 100);
  }
}

}  // namespace
}  // namespace cortado::server
