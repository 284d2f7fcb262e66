// SPDX-License-Identifier: Apache-2.0
// The C ABI of cortado.wasm, all of it; what it imports is in page.hpp. Connections are numbers,
// never pointers, so a stale one is an error code instead of a crash; nothing throws, as nothing
// here is compiled to throw. The numbers returned: client/abi.capnp. Callers: js-glue/src/core.ts,
// link.ts, own-calls.ts, serving.ts.
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
static_assert(params_offset == PagePeer::params_offset(false) &&
              keyed_params_offset == PagePeer::params_offset(true));
static_assert(results_offset == wire::results_offset);
static_assert(sent_blocked == std::to_underlying(wire::Sent::blocked) &&
              sent_too_large == std::to_underlying(wire::Sent::too_large) &&
              sent_over == std::to_underlying(wire::Sent::over));

using Connections = HandleTable<PageConnection, connections_max>;

// The one mutable global: JavaScript has no other way to name an object in here.
Connections& connections() {
  static constinit Connections table;
  return table;
}

// Of the word that says which method: the ordinal and, above it, what REQUEST has as flags.
constexpr std::uint32_t ordinal_mask = 0xffff;
constexpr std::uint32_t idempotent_flag = 1U << 16;
constexpr std::uint32_t kind_shift = 17;

std::uint64_t whole(double time_ms) { return static_cast<std::uint64_t>(time_ms); }

/// Does something to a connection; 0, or what says that there is none.
template <class Action>
std::int32_t with(std::uint32_t handle, const Action& action) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  action(*connection);
  return 0;
}

}  // namespace

/// A connection without a socket; its handle, or 0 when the page has too many. The numbers are
/// random: page_peer.hpp says for what. `end`: an `endOf…` or `endThat…`.
CORTADO_EXPORT(std::uint32_t, open)(std::uint32_t seed_low, std::uint32_t seed_high,
                                    std::uint32_t end, std::uint32_t ping_interval_ms) {
  auto connection = std::make_unique<PageConnection>(std::uint64_t{seed_high} << 32 | seed_low,
                                                     static_cast<PageEnd>(end), ping_interval_ms);
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

/// The connection's socket has opened: the first, or one that follows another.
CORTADO_EXPORT(std::int32_t, attach)(std::uint32_t handle, double now_ms) {
  return with(handle, [&](PageConnection& connection) { connection.attach(whole(now_ms)); });
}

/// Its socket is gone or given up.
CORTADO_EXPORT(std::int32_t, detach)(std::uint32_t handle, double now_ms) {
  return with(handle, [&](PageConnection& connection) { connection.detach(whole(now_ms)); });
}

/// There will be no other socket for its calls: they end as lost.
CORTADO_EXPORT(std::int32_t, abandon)(std::uint32_t handle) {
  return with(handle, [](PageConnection& connection) { connection.abandon(); });
}

/// Where the glue puts a message for receive(); 8-byte aligned.
CORTADO_EXPORT(void*, allocate)(std::uint32_t size) { return std::malloc(size); }

/// Frees what allocate() gave, where no other function says that it does.
CORTADO_EXPORT(void, release)(void* bytes) { std::free(bytes); }

/// A message, which this frees: nullptr for one of text, which this protocol does not have.
CORTADO_EXPORT(std::int32_t, receive)(std::uint32_t handle, std::byte* message,
                                      std::uint32_t message_size, double now_ms) {
  const std::int32_t result = with(handle, [&](PageConnection& connection) {
    if (message == nullptr) {
      connection.close_because(wire::CloseReason::bad_frame_type, whole(now_ms));
    } else {
      connection.receive({message, message_size}, whole(now_ms));
    }
  });
  std::free(message);
  return result;
}

/// Makes room for a payload of `capacity` bytes.
CORTADO_EXPORT(std::int32_t, room)(std::uint32_t handle, std::uint32_t capacity) {
  return with(handle, [&](PageConnection& connection) { connection.offer_room(capacity); });
}

/// Sends a call whose params are in the room. Its slot, or minus a status code.
CORTADO_EXPORT(std::int32_t, call)(std::uint32_t handle, std::uint32_t interface_id_low,
                                   std::uint32_t interface_id_high, std::uint32_t method,
                                   std::uint32_t key, std::uint32_t params_size,
                                   std::uint32_t timeout_ms, double now_ms) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  const auto slot =
      connection->call({.interface_id = std::uint64_t{interface_id_high} << 32 | interface_id_low,
                        .method = static_cast<std::uint16_t>(method & ordinal_mask),
                        .idempotent = (method & idempotent_flag) != 0,
                        .kind = static_cast<wire::CallKind>(method >> kind_shift & 3U),
                        .key = key,
                        .timeout_ms = timeout_ms},
                       params_size, whole(now_ms));
  if (!slot) return -static_cast<std::int32_t>(std::to_underlying(slot.error()));
  return static_cast<std::int32_t>(*slot);
}

/// Gives up an own call. Nothing names its slot again until another call has it.
CORTADO_EXPORT(std::int32_t, cancel)(std::uint32_t handle, std::uint32_t slot) {
  return with(handle, [&](PageConnection& connection) { connection.cancel(slot); });
}

/// Sends the item in the room on a call of either end. 0, or a `sent…`.
CORTADO_EXPORT(std::int32_t, item)(std::uint32_t handle, std::uint32_t call, std::uint32_t size) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  return std::to_underlying(connection->send_item(call, size));
}

/// No more items on this call.
CORTADO_EXPORT(std::int32_t, end)(std::uint32_t handle, std::uint32_t call) {
  return with(handle, [&](PageConnection& connection) { connection.end(call); });
}

/// So many items of a call of either end, which were given by events, have been read. Not for a call
/// that is over.
CORTADO_EXPORT(std::int32_t, consumed)(std::uint32_t handle, std::uint32_t call, std::int32_t items,
                                       std::int32_t bytes) {
  return with(handle,
              [&](PageConnection& connection) { connection.consumed(call, {items, bytes}); });
}

/// Answers a call of the other end with the results in the room.
CORTADO_EXPORT(std::int32_t, respond)(std::uint32_t handle, std::uint32_t call,
                                      std::uint32_t size) {
  return with(handle, [&](PageConnection& connection) { connection.respond(call, size); });
}

/// Answers it with an error. `text`, from allocate(), is freed: the message, and behind it, at a
/// multiple of 8, the details.
CORTADO_EXPORT(std::int32_t, fail)(std::uint32_t handle, std::uint32_t call, std::uint32_t code,
                                   std::uint32_t retry_after_ms, char* text,
                                   std::uint32_t text_size, std::uint32_t details_size) {
  const std::int32_t result = with(handle, [&](PageConnection& connection) {
    const auto* const details = reinterpret_cast<const std::byte*>(text + (text_size + 7) / 8 * 8);
    connection.fail(call, {.code = static_cast<wire::StatusCode>(code),
                           .message = {text, text_size},
                           .retry_after_ms = retry_after_ms,
                           .details = {details, details_size}});
  });
  std::free(text);
  return result;
}

/// Sends what waits.
CORTADO_EXPORT(std::int32_t, flush)(std::uint32_t handle) {
  PageConnection* const connection = connections().find(handle);
  if (!connection) return bad_handle;
  return connection->flush() ? 0 : held;
}

/// Ends what has run out of time.
CORTADO_EXPORT(std::int32_t, advance)(std::uint32_t handle, double now_ms) {
  return with(handle, [&](PageConnection& connection) { connection.advance(whole(now_ms)); });
}

}  // namespace cortado::client
