// SPDX-License-Identifier: Apache-2.0
// A browser's WebSocket by Emscripten's API, closed when it is destroyed. For C++ applications (app/).
// Knows no frame.
#pragma once

#include <emscripten/websocket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cortado::browser {

class WebSocketListener {
 public:
  virtual ~WebSocketListener() = default;
  virtual void on_socket_open() = 0;
  /// `message` is 8-byte aligned and borrowed. The listener may close the socket.
  virtual void on_socket_message(std::span<const std::byte> message) = 0;
  /// A text message, which this protocol does not have.
  virtual void on_socket_text() = 0;
  /// Once for each socket that was opened and not closed by close(). `reason` is borrowed.
  virtual void on_socket_closed(std::uint16_t code, std::string_view reason) = 0;
};

class WebSocket {
 public:
  /// `listener` must outlive it.
  explicit WebSocket(WebSocketListener& listener) : listener_(listener) {}
  ~WebSocket() { close(1000); }
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Makes a socket; zero or negative: none. Where the browser's constructor may throw, which would
  /// tear through C++, it must be one that does not let it.
  using Create = EMSCRIPTEN_WEBSOCKET_T (*)(EmscriptenWebSocketCreateAttributes*);

  /// False when there is no socket of that address. Not while one is open.
  [[nodiscard]] bool open(const char* url, const char* protocol,
                          Create create = emscripten_websocket_new);

  [[nodiscard]] bool exists() const { return socket_ > 0; }
  /// Connected: bytes may be sent.
  [[nodiscard]] bool ready() const { return ready_; }

  /// One binary message; the bytes are copied by the browser.
  void send(std::span<const std::byte> message);
  /// Bytes given to send() that the browser still holds.
  [[nodiscard]] std::size_t buffered_size() const;

  /// 1000, or 3000 to 4999; `reason`: at most 123 bytes. Nothing is heard of this socket any more.
  /// Does nothing when there is none.
  void close(std::uint16_t code, const char* reason = "");

 private:
  static bool opened(int, const EmscriptenWebSocketOpenEvent*, void* self);
  static bool received(int, const EmscriptenWebSocketMessageEvent* event, void* self);
  static bool closed(int, const EmscriptenWebSocketCloseEvent* event, void* self);
  void forget();

  WebSocketListener& listener_;
  EMSCRIPTEN_WEBSOCKET_T socket_ = 0;  // 0: none
  bool ready_ = false;
};

}  // namespace cortado::browser
