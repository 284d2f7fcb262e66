// SPDX-License-Identifier: Apache-2.0
#include "schema/vectors/special.hpp"

#include <boost/json/parse.hpp>
#include <capnp/message.h>

#include <cstdint>
#include <initializer_list>

#include "schema/vectors/codecs.hpp"
#include "schema/vectors/index.hpp"
#include "vectors.capnp.h"

namespace cortado::vectors {
namespace {

using Words = std::vector<std::uint64_t>;

/// A pointer to a struct `offset` words behind the word after the pointer.
std::uint64_t to_struct(int offset, unsigned data_words, unsigned pointer_count) {
  return (static_cast<std::uint32_t>(offset) << 2U) | (std::uint64_t{data_words} << 32U) |
         (std::uint64_t{pointer_count} << 48U);
}

enum class Element : std::uint8_t { none, bit, byte, two, four, eight, pointer, composite };

/// `count`: elements; of a composite list the words without the tag.
std::uint64_t to_list(int offset, Element element, unsigned count) {
  return (static_cast<std::uint32_t>(offset) << 2U) | 1U |
         (static_cast<std::uint64_t>(element) << 32U) | (std::uint64_t{count} << 35U);
}

/// A composite list's first word.
std::uint64_t tag(unsigned count, unsigned data_words, unsigned pointer_count) {
  return to_struct(static_cast<int>(count), data_words, pointer_count);
}

std::uint64_t to_far(bool is_double, unsigned offset, unsigned segment) {
  return (std::uint64_t{segment} << 32U) | (std::uint64_t{offset} << 3U) | (is_double ? 4U : 0U) |
         2U;
}

std::vector<std::byte> word_bytes(const Words& words) {
  std::vector<std::byte> bytes;
  for (const std::uint64_t word : words) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      bytes.push_back(static_cast<std::byte>(word >> shift));
    }
  }
  return bytes;
}

/// The segment table of one segment, then it.
std::vector<std::byte> one_segment(const Words& segment) {
  Words words{std::uint64_t{segment.size()} << 32U};
  words.insert(words.end(), segment.begin(), segment.end());
  return word_bytes(words);
}

std::vector<std::byte> two_segments(const Words& first, const Words& second) {
  Words words{1U | (std::uint64_t{first.size()} << 32U), second.size()};
  words.insert(words.end(), first.begin(), first.end());
  words.insert(words.end(), second.begin(), second.end());
  return word_bytes(words);
}

/// A vector's JSON in as many segments as there can be, each of the words that one object takes.
std::vector<std::byte> in_segments(const char* structure, const std::string& json,
                                   unsigned first_segment_words) {
  capnp::MallocMessageBuilder message(first_segment_words, capnp::AllocationStrategy::FIXED_SIZE);
  const auto written = find_codec(structure)->from_json(
      boost::json::parse(read_text(json + ".json")), message.getRoot<capnp::AnyPointer>());
  return written ? bytes_of(message) : std::vector<std::byte>{};
}

/// Children all the way down, each list of 16 of the same list below: 16 to the power of `levels`.
std::vector<std::byte> laughs(unsigned levels) {
  constexpr unsigned width = 16;
  constexpr unsigned list_words = 1 + width * 3;
  Words words{to_struct(0, 0, 3), 0, to_list(1, Element::composite, width * 3), 0};
  for (unsigned level = 0; level < levels; ++level) {
    words.push_back(tag(width, 0, 3));
    const std::size_t next = words.size() - 1 + list_words;
    for (unsigned i = 0; i < width; ++i) {
      words.push_back(0);
      const bool is_last = level + 1 == levels;
      const auto offset = static_cast<int>(next) - static_cast<int>(words.size()) - 1;
      words.push_back(is_last ? 0 : to_list(offset, Element::composite, width * 3));
      words.push_back(0);
    }
  }
  return one_segment(words);
}

/// Tree.next, `depth` times.
std::vector<std::byte> nested(unsigned depth) {
  Words words{to_struct(0, 0, 3)};
  for (unsigned i = 0; i < depth; ++i) {
    const bool is_last = i + 1 == depth;
    for (const std::uint64_t word : {0UL, 0UL, is_last ? 0UL : to_struct(0, 0, 3)}) {
      words.push_back(word);
    }
  }
  return one_segment(words);
}

constexpr unsigned list_count_max = (1U << 29U) - 1;

/// A Lists whose pointer `index` is this; its pointer section is at words 1 to 21.
std::vector<std::byte> lists_with(unsigned index, std::uint64_t pointer, const Words& behind) {
  Words words(22);
  words[0] = to_struct(0, 0, 21);
  words[1 + index] = pointer;
  words.insert(words.end(), behind.begin(), behind.end());
  return one_segment(words);
}

/// From the end of pointer `index` of lists_with() to the first word behind the struct.
int behind(unsigned index) { return 20 - static_cast<int>(index); }

constexpr std::uint64_t text_abc = 0x636261;

void add_readable(std::vector<Special>& out) {
  out.push_back({"multi_segment", in_segments("Lists", "lists", 1)});
  out.push_back({"multi_segment_box", in_segments("BoxV2", "box", 1)});
  out.push_back({"multi_segment_blobs", in_segments("Blobs", "blobs", 8)});
  // A text in another segment, by a landing pad, and by a pad of two words in a third place.
  out.push_back({"far_text", two_segments({to_struct(0, 0, 4), to_far(false, 0, 1), 0, 0, 0},
                                          {to_list(0, Element::byte, 4), text_abc})});
  out.push_back({"double_far_text",
                 two_segments({to_struct(0, 0, 4), to_far(true, 1, 1), 0, 0, 0},
                              {text_abc, to_far(false, 0, 1), to_list(0, Element::byte, 4)})});
  out.push_back({"root_null", one_segment({0})});
  // What an older writer leaves: sections that are not there yet.
  out.push_back({"struct_of_no_size", one_segment({to_struct(-1, 0, 0)})});
  // More data and pointers than the schema knows, unknown list and struct behind them.
  out.push_back({"struct_of_more_size",
                 one_segment({to_struct(0, 3, 2), 0x0000000200000001, 7, 8,
                              to_list(1, Element::byte, 4), to_struct(1, 1, 0), text_abc, 9})});
  out.push_back({"list_of_more_size",
                 lists_with(15, to_list(behind(15), Element::composite, 6),
                            {tag(2, 2, 1), 0x0000000200000001, 5, 0, 0x0000000400000003, 6, 0})});
  out.push_back({"list_of_less_size",
                 lists_with(15, to_list(behind(15), Element::composite, 0), {tag(2, 0, 0)})});
}

void add_loops(std::vector<Special>& out) {
  out.push_back(
      {"refuse_loop_struct", one_segment({to_struct(0, 0, 3), 0, 0, to_struct(-3, 0, 3)})});
  out.push_back(
      {"refuse_loop_list", one_segment({to_struct(0, 0, 3), 0, to_list(1, Element::composite, 3), 0,
                                        tag(1, 0, 3), 0, to_list(-3, Element::composite, 3), 0})});
  out.push_back({"refuse_nested_too_deep", nested(100)});
  out.push_back({"refuse_billion_laughs", laughs(7)});
  out.push_back(
      {"refuse_many_voids", lists_with(0, to_list(behind(0), Element::none, list_count_max), {})});
  out.push_back({"refuse_many_empties", lists_with(16, to_list(behind(16), Element::composite, 0),
                                                   {tag(list_count_max, 0, 0)})});
}

void add_wild_pointers(std::vector<Special>& out) {
  out.push_back({"refuse_wild_struct", one_segment({to_struct(1000, 0, 3)})});
  out.push_back({"refuse_struct_before_message", one_segment({to_struct(-5, 0, 3)})});
  out.push_back({"refuse_struct_over_end", one_segment({to_struct(0, 0, 3), 0, 0})});
  out.push_back({"refuse_wild_text",
                 one_segment({to_struct(0, 0, 4), to_list(1000, Element::byte, 4), 0, 0, 0})});
  out.push_back({"refuse_text_over_end",
                 one_segment({to_struct(0, 0, 4), to_list(3, Element::byte, 9), 0, 0, 0, 0})});
  out.push_back(
      {"refuse_text_without_nul",
       one_segment({to_struct(0, 0, 4), to_list(3, Element::byte, 3), 0, 0, 0, text_abc})});
  out.push_back({"refuse_text_of_no_size",
                 one_segment({to_struct(0, 0, 4), to_list(3, Element::byte, 0), 0, 0, 0})});
  out.push_back(
      {"refuse_text_of_numbers",
       one_segment({to_struct(0, 0, 4), to_list(3, Element::two, 4), 0, 0, 0, text_abc})});
  out.push_back({"refuse_struct_for_text",
                 one_segment({to_struct(0, 0, 4), to_struct(3, 1, 0), 0, 0, 0, 0})});
  out.push_back({"refuse_list_for_struct",
                 one_segment({to_struct(0, 0, 3), 0, 0, to_list(0, Element::byte, 4), 0})});
  out.push_back({"refuse_capability_for_struct", one_segment({to_struct(0, 0, 3), 0, 0, 3})});
  out.push_back({"refuse_list_over_end", lists_with(4, to_list(behind(4), Element::four, 3), {0})});
  out.push_back({"refuse_list_of_smaller_elements",
                 lists_with(4, to_list(behind(4), Element::byte, 4), {0})});
  out.push_back(
      {"refuse_pointers_for_numbers", lists_with(4, to_list(behind(4), Element::pointer, 1), {0})});
  out.push_back(
      {"refuse_numbers_for_pointers", lists_with(12, to_list(behind(12), Element::eight, 1), {0})});
  out.push_back(
      {"refuse_bits_for_structs", lists_with(15, to_list(behind(15), Element::bit, 8), {0})});
  out.push_back({"refuse_composite_over_its_words",
                 lists_with(15, to_list(behind(15), Element::composite, 1), {tag(2, 1, 0), 0, 0})});
  out.push_back(
      {"refuse_composite_without_tag", lists_with(15, to_list(behind(15), Element::composite, 1),
                                                  {to_list(0, Element::byte, 0), 0})});
  out.push_back({"refuse_composite_over_end",
                 lists_with(15, to_list(behind(15), Element::composite, 8), {tag(8, 1, 0), 0})});
}

void add_broken_segments(std::vector<Special>& out) {
  out.push_back({"refuse_far_to_no_segment",
                 one_segment({to_struct(0, 0, 4), to_far(false, 0, 7), 0, 0, 0})});
  out.push_back({"refuse_far_over_end",
                 two_segments({to_struct(0, 0, 4), to_far(false, 9, 1), 0, 0, 0}, {0})});
  out.push_back(
      {"refuse_far_to_far",
       two_segments({to_struct(0, 0, 4), to_far(false, 0, 1), 0, 0, 0}, {to_far(false, 0, 1), 0})});
  out.push_back({"refuse_double_far_without_tag",
                 two_segments({to_struct(0, 0, 4), to_far(true, 0, 1), 0, 0, 0},
                              {to_far(false, 0, 1), to_far(false, 0, 1)})});
  out.push_back({"refuse_no_bytes", {}});
  out.push_back({"refuse_half_a_table", std::vector<std::byte>(4)});
  out.push_back({"refuse_segment_over_end", word_bytes(Words{std::uint64_t{5} << 32U, 0})});
  out.push_back({"refuse_many_segments", word_bytes(Words{0xffffffff, 0, 0, 0})});
  out.push_back({"refuse_segment_of_no_size", word_bytes(Words{0})});
}

}  // namespace

std::vector<Special> special_vectors() {
  std::vector<Special> all;
  add_readable(all);
  add_loops(all);
  add_wild_pointers(all);
  add_broken_segments(all);
  return all;
}

}  // namespace cortado::vectors
