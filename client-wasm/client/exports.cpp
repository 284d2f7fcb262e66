// SPDX-License-Identifier: Apache-2.0
// The C ABI of cortado.wasm, all of it; what it imports is in page.hpp. Connections are numbers,
// never pointers, so a stale one is an error code instead of a crash; nothing throws, as nothing
// here is compiled to throw. The numbers returned: client/abi.capnp. Callers: js-glue/src/core.ts,
// link.ts.
//
// One call crosses once: params are written to the room the control block names, then call()
// commits them. What arrives crosses once a message, by receive() and page.deliver().
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "client-wasm/client/abi.hpp"
#include "client-wasm/client/handle_table.hpp"
#include "client-wasm/client/page_connection.hpp"

// JavaScript sees the name without the prefix, which only the linker needs.
#define CORTADO_EXPORT(type, name) \
  extern "C" __attribute__((export_name(#name))) type cortado_##name

namespace cortado::client {
namespace {

static_assert(sizeof(Event) == event_words * sizeof(std::uint32_t));
static_assert(sizeof(Control) == control_words * sizeof(std::uint32_t));

using Connections = HandleTable<PageConnection, connections_max>;

// The one mutable global: JavaScript has no other way to name an object in here.
Connections& connections() {
  static constinit Connections table;
  return table;
}

// Of the word that says which method: the ordinal and, above it, what REQUEST has as flags.
constexpr std::uint32_t ordinal_mask = 0xffff;
constexpr std::uint32_t idempotent_flag = 1U << 16;

}  // namespace

/// A connection without a socket; its handle, or 0 when the page has too many.
CORTADO_EXPORT(std::uint32_t, open)() {
  auto connection = std::make_unique<PageConnection>();
  PageConnection& opened = *connection;
  const std::uint32_t handle = connections().add(std::move(connection));
  if (handle != 0) opened.set_handle(handle);
  return handle;
}

/// Frees a connection.
CORTADO_EXPORT(std::int32_t, close)(std::uint32_t handle) {
  return connections().remove(handle) ? 0 : bad_handle;
}

/// Address of the control block, which does not move; 0 for a bad handle.
CORTADO_EXPORT(const Control*, control)(std::uint32_t handle) {
  const PageConnection* const connection = connections().find(handle);
  return connection ? &connection->control() : nullptr;
}

/// The connection's socket has opened, or has closed.
CORTADO_EXPORT(std::int32_t, set_open)(std::uint32_t handle, bool open) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  connection->set_open(open);
  return 0;
}

/// Where the glue puts a message for receive(); 8-byte aligned.
CORTADO_EXPORT(void*, allocate)(std::uint32_t size) { return std::malloc(size); }

/// A message, which this frees: nullptr for one of text, which this protocol does not have.
CORTADO_EXPORT(std::int32_t, receive)(std::uint32_t handle, std::byte* message,
                                      std::uint32_t message_size, double now_ms) {
  PageConnection* const connection = connections().find(handle);
  if (connection && message == nullptr) {
    connection->close_because(wire::CloseReason::bad_frame_type);
  } else if (connection) {
    connection->receive({message, message_size}, static_cast<std::uint64_t>(now_ms));
  }
  std::free(message);
  return connection ? 0 : bad_handle;
}

/// Makes room for `capacity` bytes of params.
CORTADO_EXPORT(std::int32_t, room)(std::uint32_t handle, std::uint32_t capacity) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  connection->offer_room(capacity);
  return 0;
}

/// Sends a call whose params are the first bytes of the room. Its slot, or minus a status code.
CORTADO_EXPORT(std::int32_t, call)(std::uint32_t handle, std::uint32_t interface_id_low,
                                         std::uint32_t interface_id_high, std::uint32_t method,
                                         std::uint32_t params_size, std::uint32_t timeout_ms,
                                         double now_ms) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  const auto slot =
      connection->call({.interface_id = std::uint64_t{interface_id_high} << 32 | interface_id_low,
                        .method = static_cast<std::uint16_t>(method & ordinal_mask),
                        .idempotent = (method & idempotent_flag) != 0,
                        .timeout_ms = timeout_ms},
                       params_size, static_cast<std::uint64_t>(now_ms));
  if (!slot) return -static_cast<std::int32_t>(std::to_underlying(slot.error()));
  return static_cast<std::int32_t>(*slot);
}

/// Gives up a call. Nothing names its slot again until another call has it.
CORTADO_EXPORT(std::int32_t, cancel)(std::uint32_t handle, std::uint32_t slot) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  connection->cancel(slot);
  return 0;
}

/// Sends what waits, as one message unless it is very large.
CORTADO_EXPORT(std::int32_t, flush)(std::uint32_t handle) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  return connection->flush() ? 0 : held;
}

/// Ends what has run out of time.
CORTADO_EXPORT(std::int32_t, advance)(std::uint32_t handle, double now_ms) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  connection->advance(static_cast<std::uint64_t>(now_ms));
  return 0;
}

}  // namespace cortado::client
