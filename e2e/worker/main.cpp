// SPDX-License-Identifier: Apache-2.0
// The C++ program in a worker of the browser tests.
#include <cortado/worker.hpp>

#include <cstdlib>

#include "workshop_service.hpp"

int main() {
  static workshop::Bench bench;
  static cortado::ServiceRegistry services;
  if (!services.add(bench)) return EXIT_FAILURE;
  static cortado::EventLoop loop;
  static const cortado::Client page = cortado::connect_page(loop, {.services = &services});
  return EXIT_SUCCESS;
}
