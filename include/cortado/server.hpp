// SPDX-License-Identifier: Apache-2.0
// The server for services generated from a schema: Server, ServerOptions, and use_task for handlers
// that wait.
#pragma once

#include "net/use_task.hpp"
#include "rpc/call.hpp"
#include "rpc/error.hpp"
#include "rpc/service.hpp"
#include "rpc/task.hpp"
#include "server/options.hpp"
#include "server/server.hpp"
