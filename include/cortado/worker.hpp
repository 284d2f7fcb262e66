// SPDX-License-Identifier: Apache-2.0
// C++ in a worker: a program that Emscripten has compiled (cortado_worker() in CMake) serves to the
// page that has made the worker, by the generated services that servers have, and may call what the
// page serves.
//
//   int main() {
//     static ImagingService service;
//     static cortado::ServiceRegistry services;
//     if (!services.add(service)) return 1;
//     static cortado::EventLoop loop;
//     static cortado::Client page = cortado::connect_page(loop, {.services = &services});
//   }
//
// The worker's script gives it the page, and loads nothing of Cortado's own WebAssembly:
//
//   import { pageSocket } from "cortado/workers";
//   import startImaging from "./imaging.js";
//   await startImaging({ cortadoPage: pageSocket() });
//
// The page calls it as any worker: `new ImagingClient(connectWorker(worker))`, over shared memory
// where the page is isolated, else over messages. Other workers do not find it: they call the page,
// which may call it for them. What is here static lives as long as the worker.
//
// All is one thread. While nothing is to be done it sleeps in the browser's event loop. A handler may
// also compute for long without co_await; nothing is heard of the worker then, and a page for which
// that is no reason to give it up says so: `connectWorker(worker, { heartbeatMs: 0 })`.
//
// The module's memory is its own, so that messages are copied into it and out of it. Data fields are
// inside of their messages, which have at most wire::payload_size_max bytes (16 MiB): stream what is
// larger.
#pragma once

#include <cortado/client.hpp>

#include <cstddef>

namespace cortado {

struct PageOptions {
  /// What the page may call; nullptr: nothing. Must outlive the client.
  const ServiceRegistry* services = nullptr;
  /// Bytes that may wait for the page. Beyond it calls fail with `resource_exhausted`.
  std::size_t backlog_size_max = std::size_t{4} * wire::payload_size_max;
};

/// The page that has made this worker. Returns at once: until the page is there, which Client::status()
/// calls `reconnecting`, calls wait. One connection, once in a worker's life: when the page closes it,
/// the client is `closed`, and closed() says why. `failed_precondition` there: the script gave no
/// pageSocket(), or this is not the first call. The browser ends workers with their page, so the page
/// is never asked for a sign of life.
[[nodiscard]] Client connect_page(EventLoop& loop, const PageOptions& options = {});

}  // namespace cortado
