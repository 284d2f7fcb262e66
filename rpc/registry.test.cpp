// SPDX-License-Identifier: Apache-2.0
// Tests of the registry of services.
#include <doctest/doctest.h>

#include <deque>
#include <string>

#include "rpc/connection.hpp"

namespace cortado {

namespace {

class Named final : public Service {
 public:
  Named(std::uint64_t id, std::string name) : name_(std::move(name)), info_{id, name_, {}} {}
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;
  [[nodiscard]] const ServiceInfo& info() const override { return info_; }
  Task<void> dispatch(std::uint16_t, Call&, capnp::AnyPointer::Reader,
                      capnp::AnyPointer::Builder) override {
    co_return;
  }

 private:
  std::string name_;
  ServiceInfo info_;
};

}  // namespace

TEST_CASE("services are found by id and by name, and listed as they were added") {
  ServiceRegistry registry;
  CHECK(registry.find(1) == nullptr);
  CHECK(registry.find("a") == nullptr);
  std::deque<Named> services;
  for (const auto& [id, name] : {std::pair{7, "c"}, std::pair{3, "a"}, std::pair{5, "b"}}) {
    CHECK(registry.add(services.emplace_back(static_cast<std::uint64_t>(id), name)));
  }
  CHECK(registry.find(3) == &services[1]);
  CHECK(registry.find(7) == &services[0]);
  CHECK(registry.find("b") == &services[2]);
  CHECK(registry.find(4) == nullptr);
  CHECK(registry.find("bb") == nullptr);
  REQUIRE(registry.all().size() == 3);
  CHECK(registry.all()[0] == &services[0]);
}

TEST_CASE("an id or a name is given once") {
  ServiceRegistry registry;
  Named first(1, "a");
  Named same_id(1, "b");
  Named same_name(2, "a");
  CHECK(registry.add(first));
  CHECK(!registry.add(same_id));
  CHECK(!registry.add(same_name));
  CHECK(!registry.add(first));
  CHECK(registry.all().size() == 1);
}

}  // namespace cortado
