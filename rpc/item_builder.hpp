// SPDX-License-Identifier: Apache-2.0
// Where items are built before they are sent: the first segment of one after the other is the same
// memory, so that an item costs no allocation.
#pragma once

#include <capnp/message.h>
#include <kj/array.h>

#include <cstddef>
#include <optional>

namespace cortado {

/// The memory; all zeros while nobody builds. Grows to what items turn out to need.
class ItemScratch {
 public:
  ItemScratch() = default;
  ItemScratch(const ItemScratch&) = delete;
  ItemScratch& operator=(const ItemScratch&) = delete;

 private:
  friend class ItemBuilder;
  static constexpr std::size_t words_min = 64;
  static constexpr std::size_t words_max = 8192;

  void grow(std::size_t words);

  kj::Array<capnp::word> words_;
  bool is_taken_ = false;
};

/// One item being built.
class ItemBuilder {
 public:
  /// Where `scratch` is taken, as code that fills an item may send another one, has memory of its
  /// own.
  explicit ItemBuilder(ItemScratch& scratch);
  ~ItemBuilder();
  ItemBuilder(const ItemBuilder&) = delete;
  ItemBuilder& operator=(const ItemBuilder&) = delete;

  [[nodiscard]] capnp::MessageBuilder& message() { return *message_; }

 private:
  ItemScratch& scratch_;
  const bool has_scratch_;
  std::optional<capnp::MallocMessageBuilder> message_;
};

}  // namespace cortado
