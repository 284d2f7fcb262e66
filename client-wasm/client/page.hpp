// SPDX-License-Identifier: Apache-2.0
// What cortado.wasm asks of the page: all of its imports. They are functions of JavaScript
// (js-glue/src/core.ts), called by what is declared here and nothing else.
#pragma once

#include <cstdint>

#include "client-wasm/client/event_list.hpp"

#define CORTADO_IMPORT(name) __attribute__((import_module("page"), import_name(#name)))

extern "C" {

/// Hands events over. They are void once it has returned.
CORTADO_IMPORT(deliver)
void cortado_page_deliver(std::uint32_t handle, const cortado::client::Event* events,
                          std::uint32_t count);

/// One binary message of a connection's socket, which is open. The bytes are copied.
CORTADO_IMPORT(send)
void cortado_page_send(std::uint32_t handle, const std::byte* message, std::uint32_t message_size);

/// Bytes given to send() that the browser still holds.
CORTADO_IMPORT(buffered)
double cortado_page_buffered(std::uint32_t handle);

}  // extern "C"
