// SPDX-License-Identifier: Apache-2.0
#include "server/origin.hpp"

#include <doctest/doctest.h>

namespace cortado::server {
namespace {

TEST_CASE("pages of this server may call, those of others only when they are named") {
  const OriginPolicy policy({"https://app.example.com", "http://localhost:5173"});
  CHECK(policy.may_call("", "here.example.com"));
  CHECK(policy.may_call("https://here.example.com", "here.example.com"));
  CHECK(policy.may_call("http://127.0.0.1:8080", "127.0.0.1:8080"));
  CHECK(policy.may_call("http://HERE.example.com", "here.example.com"));
  CHECK(policy.may_call("https://app.example.com", "here.example.com"));
  CHECK(policy.may_call("http://localhost:5173", "localhost:8080"));

  CHECK(!policy.may_call("http://localhost:8081", "localhost:8080"));
  CHECK(!policy.may_call("http://app.example.com", "here.example.com"));  // another scheme
  CHECK(!policy.may_call("https://app.example.com.evil.com", "here.example.com"));
  CHECK(!policy.may_call("https://evil.com", "here.example.com"));
  CHECK(!policy.may_call("null", "here.example.com"));
  CHECK(!policy.may_call("https://evil.com", ""));
}

TEST_CASE("a star allows everybody, and null must be named") {
  CHECK(OriginPolicy({"*"}).may_call("https://evil.com", "here"));
  CHECK(OriginPolicy({"*"}).may_call("null", "here"));
  CHECK(OriginPolicy({"null"}).may_call("null", "here"));
  CHECK(OriginPolicy({}).somebody() == false);
}

TEST_CASE("what is no origin is refused with the right form") {
  for (const std::string good :
       {"*", "null", "https://a", "http://a.b:80", "chrome-extension://abc"}) {
    CAPTURE(good);
    CHECK(!OriginPolicy::problem_of(good).has_value());
  }
  for (const std::string bad : {"", "example.com", "https://", "https://a/", "https://a/path",
                                "://a", "https://me@a", "https://a b"}) {
    CAPTURE(bad);
    const auto problem = OriginPolicy::problem_of(bad);
    REQUIRE(problem.has_value());
    CHECK(problem->find("https://app.example.com") != std::string::npos);
  }
}

}  // namespace
}  // namespace cortado::server
