// SPDX-License-Identifier: Apache-2.0
// The bodies of Boost's header libraries, compiled once (see CortadoBoost.cmake). Separate
// compilation takes Beast's and Asio's code out of every other file of server/.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
