// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/catalogue.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

namespace {

constexpr std::string_view key = "a i u https://app.example/";

std::string text_of(const std::vector<Evicted>& evicted) {
  std::string text;
  for (const auto& [id, reason] : evicted) {
    text.append(std::to_string(id)).append(" ").append(name(reason)).append("\n");
  }
  return text;
}

void add(Catalogue& catalogue, EntryId id, std::uint64_t size, Milliseconds last_used,
         std::string_view to = key, const std::vector<std::string_view>& tags = {}) {
  Headers lines;
  for (const std::string_view tag : tags) lines.add({"tag", tag});
  catalogue.add(id, to, size, last_used, lines);
}

Catalogue limited(std::uint64_t entries_max, std::uint64_t bytes_max) {
  const CacheLimits limits[] = {{"a", entries_max, bytes_max}};
  Catalogue catalogue;
  catalogue.set_limits(limits);
  return catalogue;
}

}  // namespace

TEST_CASE("those unused for longest go when there are too many") {
  Catalogue catalogue = limited(2, 0);
  add(catalogue, 1, 10, 100);
  add(catalogue, 2, 10, 300);
  add(catalogue, 3, 10, 200);
  CHECK(text_of(catalogue.evict()) == "1 too_many_entries\n");
  catalogue.touch(3, 400);
  add(catalogue, 4, 10, 500);
  CHECK(text_of(catalogue.evict()) == "2 too_many_entries\n");
  CHECK(text_of(catalogue.evict()).empty());
}

TEST_CASE("those unused for longest go when there are too many bytes") {
  Catalogue catalogue = limited(0, 100);
  add(catalogue, 1, 60, 1);
  add(catalogue, 2, 40, 2);
  CHECK(text_of(catalogue.evict()).empty());
  add(catalogue, 3, 50, 3);
  CHECK(text_of(catalogue.evict()) == "1 too_many_bytes\n");
  CHECK(catalogue.bytes("a") == 90);
  add(catalogue, 4, 101, 4);
  CHECK(text_of(catalogue.evict()) == "2 too_many_bytes\n3 too_many_bytes\n4 too_many_bytes\n");
  CHECK(catalogue.bytes("a") == 0);
}

TEST_CASE("each cache has its own limits, and those that are not named have none") {
  Catalogue catalogue = limited(1, 0);
  for (EntryId id = 1; id <= 5; ++id) add(catalogue, id, 10, id, "b i u https://app.example/");
  add(catalogue, 6, 10, 6);
  CHECK(catalogue.evict().empty());
  CHECK(catalogue.bytes("b") == 50);
  CHECK(catalogue.bytes("c") == 0);
}

TEST_CASE("a use counts as the latest even when the clock was set back") {
  Catalogue catalogue = limited(1, 0);
  add(catalogue, 1, 10, 1'000);
  add(catalogue, 2, 10, 2'000);
  catalogue.touch(1, 5);
  CHECK(text_of(catalogue.evict()) == "2 too_many_entries\n");
}

TEST_CASE("an entry that is stored again is the new one alone") {
  Catalogue catalogue;
  add(catalogue, 1, 10, 1, key, {"x"});
  add(catalogue, 1, 30, 1, key, {"y"});
  CHECK(catalogue.size() == 1);
  CHECK(catalogue.bytes("a") == 30);
  catalogue.drop_tag("x");
  CHECK(catalogue.evict().empty());
  catalogue.drop_tag("y");
  CHECK(text_of(catalogue.evict()) == "1 tag_invalidated\n");
  CHECK(catalogue.bytes("a") == 0);
}

TEST_CASE("a tag takes all that have it, and nothing else") {
  Catalogue catalogue;
  add(catalogue, 1, 10, 1, key, {"x", "y", "x"});
  add(catalogue, 2, 10, 2, "b p u https://app.example/", {"x"});
  add(catalogue, 3, 10, 3, key, {"y"});
  catalogue.drop_tag("z");
  catalogue.drop_tag("x");
  CHECK(text_of(catalogue.evict()) == "1 tag_invalidated\n2 tag_invalidated\n");
  catalogue.drop_tag("x");
  CHECK(catalogue.evict().empty());
  catalogue.drop_tag("y");
  CHECK(text_of(catalogue.evict()) == "3 tag_invalidated\n");
}

TEST_CASE("of another identity everything goes but what is everybody's") {
  Catalogue catalogue;
  add(catalogue, 1, 10, 1, "a i u https://app.example/");
  add(catalogue, 2, 10, 2, "a p u https://app.example/");
  catalogue.set_partition("iYWxpY2U");
  add(catalogue, 3, 10, 3, "a iYWxpY2U u https://app.example/");
  add(catalogue, 4, 10, 4, "a iYm9i u https://app.example/");
  CHECK(text_of(catalogue.evict()) == "1 identity_changed\n4 identity_changed\n");
  CHECK(catalogue.size() == 2);
}

TEST_CASE("when storage is full all caches give, in the order of use") {
  Catalogue catalogue;
  add(catalogue, 1, 10, 30, "a i u https://app.example/");
  add(catalogue, 2, 20, 10, "b i u https://app.example/");
  add(catalogue, 3, 30, 20, "a i u https://app.example/");
  catalogue.make_room(21);
  CHECK(text_of(catalogue.evict()) == "2 room_needed\n3 room_needed\n");
  catalogue.make_room(1'000);
  CHECK(text_of(catalogue.evict()) == "1 room_needed\n");
  catalogue.make_room(1);
  CHECK(catalogue.evict().empty());
}

TEST_CASE("what is not known is no matter") {
  Catalogue catalogue;
  catalogue.touch(1, 1);
  catalogue.remove(1);
  CHECK(catalogue.evict().empty());
}
