// SPDX-License-Identifier: Apache-2.0
#include "schema/vectors/codecs.hpp"

#include <algorithm>
#include <array>

#include "vectors.cortado.json.hpp"

namespace cortado::vectors {
namespace {

template <class T>
constexpr Codec codec(std::string_view name) {
  return {name,
          [](const boost::json::value& json, capnp::AnyPointer::Builder root) {
            return from_json(json, root.initAs<T>());
          },
          [](capnp::AnyPointer::Reader root, std::string& out) { to_json(root.getAs<T>(), out); }};
}

constexpr auto codecs = std::to_array<Codec>({
    codec<Scalars>("Scalars"),
    codec<Bools>("Bools"),
    codec<Blobs>("Blobs"),
    codec<Defaults>("Defaults"),
    codec<Point>("Point"),
    codec<Empty>("Empty"),
    codec<Lists>("Lists"),
    codec<Tree>("Tree"),
    codec<Shape>("Shape"),
    codec<ItemV1>("ItemV1"),
    codec<ItemV2>("ItemV2"),
    codec<BoxV1>("BoxV1"),
    codec<BoxV2>("BoxV2"),
    codec<PlainList>("PlainList"),
    codec<StructList>("StructList"),
});

}  // namespace

const Codec* find_codec(std::string_view name) {
  const auto* const found = std::ranges::find(codecs, name, &Codec::name);
  return found == codecs.end() ? nullptr : found;
}

}  // namespace cortado::vectors
