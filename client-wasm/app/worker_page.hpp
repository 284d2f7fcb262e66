// SPDX-License-Identifier: Apache-2.0
// The socket to the page of a worker, which JavaScript gives: js-glue/src/workers/page-socket.ts.
// Knows no frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cortado::browser {

class WorkerPageListener {
 public:
  virtual ~WorkerPageListener() = default;
  /// The page is there: bytes may be sent.
  virtual void on_page_open() = 0;
  /// `message` is 8-byte aligned and borrowed. The listener may close the socket.
  virtual void on_page_message(std::span<const std::byte> message) = 0;
  /// Once, unless it was closed by close(). `reason` is borrowed.
  virtual void on_page_left(std::string_view reason) = 0;
  /// Whether calls of the page are being answered: the thread then must not sleep for its next one.
  [[nodiscard]] virtual bool is_serving() = 0;
};

/// Closed when it is destroyed.
class WorkerPage {
 public:
  /// `listener` must outlive it.
  explicit WorkerPage(WorkerPageListener& listener) : listener_(listener) {}
  ~WorkerPage() { close(); }
  WorkerPage(const WorkerPage&) = delete;
  WorkerPage& operator=(const WorkerPage&) = delete;

  /// False when there is no page to be had: the module was given none, or another has it.
  [[nodiscard]] bool open();
  [[nodiscard]] bool exists() const { return open_; }
  /// The page is there.
  [[nodiscard]] bool ready() const { return ready_; }
  /// One message, which is copied. `ready()` only.
  void send(std::span<const std::byte> message);
  /// Bytes given to send() for which the bus had no room yet.
  [[nodiscard]] std::size_t buffered_size() const;
  /// The page hears that this end has left; nothing is heard of it any more.
  void close();

 private:
  static void opened(void* self);
  static void* room(std::size_t size);
  static void received(void* message, std::size_t size, void* self);
  static void left(void* reason, std::size_t size, void* self);
  static int is_serving(void* self);

  WorkerPageListener& listener_;
  bool open_ = false;
  bool ready_ = false;
};

}  // namespace cortado::browser
