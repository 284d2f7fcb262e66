// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/handle_table.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

namespace cortado::client {
namespace {

using Table = HandleTable<int, 3>;

TEST_CASE("a handle finds its object until that is removed") {
  Table table;
  const std::uint32_t handle = table.add(std::make_unique<int>(5));
  REQUIRE(handle != 0);
  REQUIRE(table.find(handle) != nullptr);
  CHECK(*table.find(handle) == 5);
  CHECK(*table.remove(handle) == 5);
  CHECK(table.find(handle) == nullptr);
  CHECK(table.remove(handle) == nullptr);
}

TEST_CASE("a stale handle does not find the object that has its place now") {
  Table table;
  const std::uint32_t stale = table.add(std::make_unique<int>(1));
  CHECK(table.remove(stale) != nullptr);
  const std::uint32_t fresh = table.add(std::make_unique<int>(2));
  CHECK(fresh != stale);
  CHECK((fresh & 0xff) == (stale & 0xff));
  CHECK(table.find(stale) == nullptr);
  CHECK(*table.find(fresh) == 2);
}

TEST_CASE("numbers that were never given out find nothing") {
  Table table;
  const std::uint32_t handle = table.add(std::make_unique<int>(1));
  for (const std::uint32_t wrong :
       {0U, 1U, 2U, 3U, handle + 1, handle + 256, handle ^ 0x8000'0000U, 0xffff'ffffU}) {
    CHECK(table.find(wrong) == nullptr);
    CHECK(table.remove(wrong) == nullptr);
  }
  CHECK(table.find(handle) != nullptr);
}

TEST_CASE("a full table says so, and takes more once something was removed") {
  Table table;
  std::vector<std::uint32_t> handles;
  for (int number = 0; number < 3; ++number) {
    handles.push_back(table.add(std::make_unique<int>(number)));
  }
  CHECK(table.add(std::make_unique<int>(3)) == 0);
  CHECK(table.remove(handles[1]) != nullptr);
  CHECK(table.add(std::make_unique<int>(4)) != 0);
  CHECK(*table.find(handles[0]) == 0);
  CHECK(*table.find(handles[2]) == 2);
}

TEST_CASE("handles stay positive however often a place was given away") {
  HandleTable<int, 1> table;
  for (int round = 0; round < 1000; ++round) {
    const std::uint32_t handle = table.add(std::make_unique<int>(round));
    CHECK(static_cast<std::int32_t>(handle) > 0);
    CHECK(*table.remove(handle) == round);
  }
}

}  // namespace
}  // namespace cortado::client
