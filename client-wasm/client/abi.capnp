# The numbers that cortado.wasm and its glue (js-glue/src/core.ts) agree on. client/abi.hpp and
# js-glue/src/generated/abi.ts are generated from here.
@0xb7d04f1e92c6a853;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cortado::client");

const eventWords :UInt32 = 4;
# An event is this many 32-bit words: the kind in the lowest byte of the first with a detail above
# it, a number, and a run of bytes (address, size) that is void once the glue has returned.

const controlWords :UInt32 = 4;
# The block of a connection that the glue reads without a call, in 32-bit words: address and
# capacity of the room for the next call's params, then a float64: when to call advance().

const roomSizeMin :UInt32 = 1024;
# Bytes of room for params that are there without asking.

const outputSizeMax :UInt32 = 67108864;
# Bytes of frames that may wait to leave: a page whose network stalls keeps its memory.

const messageSizeMax :UInt32 = 262144;
# Bytes of one WebSocket message, unless one frame alone is larger: the server works on the first
# while the next is still written. Messages of 16 and 32 KiB halved the calls per second with 1,000
# in flight, as each costs both browser and network process; from 64 KiB on it makes no difference.

const bufferedSizeMax :UInt32 = 16777216;
# Bytes the browser may hold back before further frames wait in the module.

const connectionsMax :UInt32 = 255;
# Connections of one page at one time.

const badHandle :Int32 = -1000;
# The handle names no connection, or no longer.

const held :Int32 = 1;
# Of flush: frames wait because the browser holds back too many bytes. Try again soon.

enum EventKind @0xe25c8a6d170fb394 {
  closed @0;
  # What was received breaks the protocol: the socket is to be closed. Detail: the close code.

  response @1;
  # A call ended well. Number: its slot. Bytes: the results, a Cap'n Proto message, unchecked.

  error @2;
  # A call ended badly. Detail: the status code. Number: its slot. Bytes: the message, UTF-8. An
  # errorMore follows.

  errorMore @3;
  # Number: retry after, in ms. Bytes: the details.

  introduced @4;
  # The other end introduced itself.

  goaway @5;
  # The other end takes no new calls. Detail: the close reason. Number: grace in ms. Bytes: message.
}
