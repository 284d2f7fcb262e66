// SPDX-License-Identifier: Apache-2.0
#include "rpc/linked.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

namespace cortado {
namespace {

struct First;
struct Second;
struct Element : Linked<First>, Linked<Second> {
  explicit Element(int number) : value(number) {}
  int value;
};

template <class Tag>
std::vector<int> values(List<Element, Tag>& list) {
  std::vector<int> values;
  list.for_each([&](Element& element) { values.push_back(element.value); });
  return values;
}

}  // namespace

TEST_CASE("elements are in the order in which they came, in each list for itself") {
  List<Element, First> first;
  List<Element, Second> second;
  Element a(1);
  Element b(2);
  first.push_back(a);
  first.push_back(b);
  second.push_back(b);
  second.push_back(a);
  CHECK(values(first) == std::vector{1, 2});
  CHECK(values(second) == std::vector{2, 1});
  first.push_back(a);
  CHECK(values(first) == std::vector{2, 1});
  first.pop_front();
  CHECK(&first.front() == &a);
  CHECK(!b.Linked<First>::is_linked());
  CHECK(b.Linked<Second>::is_linked());
}

TEST_CASE("who is destroyed has left, and so have those whose list is") {
  std::optional<List<Element, First>> list(std::in_place);
  Element stays(1);
  {
    Element goes(2);
    list->push_back(goes);
    list->push_back(stays);
  }
  CHECK(values(*list) == std::vector{1});
  list.reset();
  CHECK(!stays.Linked<First>::is_linked());
}

TEST_CASE("a visited element may leave, or go to another list") {
  List<Element, First> from;
  List<Element, First> to;
  Element a(1);
  Element b(2);
  Element c(3);
  for (Element* element : {&a, &b, &c}) from.push_back(*element);
  from.for_each([&](Element& element) {
    if (element.value != 2) to.push_back(element);
  });
  CHECK(values(from) == std::vector{2});
  CHECK(values(to) == std::vector{1, 3});
}

}  // namespace cortado
