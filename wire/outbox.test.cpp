// SPDX-License-Identifier: Apache-2.0
// Memory of an outbox; what it does with frames is seen through peers and sessions.
#include "wire/outbox.hpp"

#include <doctest/doctest.h>

#include <cstddef>

namespace cortado::wire {
namespace {

void write(Outbox& out, std::size_t payload_size) {
  static_cast<void>(out.prepare(payload_size));
  out.commit(FrameType::response, 2, payload_size);
}

}  // namespace

TEST_CASE("an outbox at rest gives its memory back once all has been acknowledged") {
  Outbox out;
  out.keep(1 << 20);
  for (int frame = 0; frame < 100; ++frame) write(out, 100);
  CHECK(!out.next().empty());
  out.rest();
  CHECK(out.capacity() > 0);  // on its way
  out.sent();
  out.rest();
  CHECK(out.capacity() > 0);  // may have to leave again
  CHECK(out.acknowledge(100));
  CHECK(out.capacity() > 0);  // for the next turn
  out.rest();
#if !defined(__EMSCRIPTEN__)
  CHECK(out.capacity() == 0);
#endif
  write(out, 100);
  CHECK(out.next().size() == frame_size(100));
  out.sent();
  CHECK(out.acknowledge(101));
}

}  // namespace cortado::wire
