// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/socket/web_socket.hpp"

#include <cassert>
#include <utility>

namespace cortado::browser {

bool WebSocket::open(const char* url, const char* protocol, Create create) {
  assert(!exists());
  EmscriptenWebSocketCreateAttributes attributes{url, protocol, true};
  const EMSCRIPTEN_WEBSOCKET_T socket = create(&attributes);
  if (socket <= 0) return false;
  socket_ = socket;
  emscripten_websocket_set_onopen_callback(socket, this, opened);
  emscripten_websocket_set_onmessage_callback(socket, this, received);
  emscripten_websocket_set_onclose_callback(socket, this, closed);
  return true;
}

void WebSocket::send(std::span<const std::byte> message) {
  // Emscripten's signature lacks the const; it only reads.
  emscripten_websocket_send_binary(socket_, const_cast<std::byte*>(message.data()),
                                   static_cast<std::uint32_t>(message.size()));
}

std::size_t WebSocket::buffered_size() const {
  std::size_t size = 0;
  emscripten_websocket_get_buffered_amount(socket_, &size);
  return size;
}

void WebSocket::close(std::uint16_t code, const char* reason) {
  if (!exists()) return;
  emscripten_websocket_close(socket_, code, reason);
  forget();
}

void WebSocket::forget() {
  ready_ = false;
  emscripten_websocket_delete(std::exchange(socket_, 0));
}

bool WebSocket::opened(int, const EmscriptenWebSocketOpenEvent*, void* self) {
  auto& socket = *static_cast<WebSocket*>(self);
  socket.ready_ = true;
  socket.listener_.on_socket_open();
  return true;
}

bool WebSocket::received(int, const EmscriptenWebSocketMessageEvent* event, void* self) {
  auto& listener = static_cast<WebSocket*>(self)->listener_;
  if (event->isText) {
    listener.on_socket_text();
  } else {
    listener.on_socket_message(std::as_bytes(std::span(event->data, event->numBytes)));
  }
  return true;
}

bool WebSocket::closed(int, const EmscriptenWebSocketCloseEvent* event, void* self) {
  auto& socket = *static_cast<WebSocket*>(self);
  socket.forget();
  socket.listener_.on_socket_closed(event->code, event->reason);
  return true;
}

}  // namespace cortado::browser
