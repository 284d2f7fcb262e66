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
# capacity of the room for the payload of the next frame, then a float64: when to call advance().

const roomSizeMin :UInt32 = 1024;
# Bytes of room that are there without asking.

const paramsOffset :UInt32 = 56;
# Where in the room the params of a call are written.

const keyedParamsOffset :UInt32 = 72;
# The same of a call with an idempotency key.

const resultsOffset :UInt32 = 8;
# Where in the room the results of a served call are written. Items are written at its beginning.

const servedFlag :UInt32 = 0x80000000;
# Calls are named by numbers: own ones by their slot, those of the other end by a place and this.

const servedCallsMax :UInt32 = 1024;
# Calls of the other end that a page serves at one time.

const outputSizeMax :UInt32 = 67108864;
# Bytes of frames that may wait to leave: a page whose network stalls keeps its memory.

const turnSizeMax :UInt32 = 32768;
# Bytes of payloads of one turn after which they leave: the server works on the first while the next
# are still written.

const bufferedSizeMax :UInt32 = 16777216;
# Bytes the browser may hold back before further frames wait in the module.

const endOfSession :UInt32 = 0;
const endThatConnects :UInt32 = 1;
const endThatAccepts :UInt32 = 2;
# Of open: which end of a connection this is. The first keeps a session with a server over as many
# sockets as it takes. The others are the two ends of a connection that has one life, as between a
# page and its worker.

const connectionsMax :UInt32 = 255;
# Connections of one page at one time.

const badHandle :Int32 = -1000;
# The handle names no connection, or no longer.

const held :Int32 = 1;
# Of flush: frames wait because the browser holds back too many bytes. Try again soon.

const sentBlocked :Int32 = 1;
# Of item: not sent, as there is no credit. A writable follows.

const sentTooLarge :Int32 = 2;
# Of item: not sent, as the other end takes no such item.

const sentOver :Int32 = 3;
# Of item: not sent, as the call is over.

enum EventKind @0xe25c8a6d170fb394 {
  closed @0;
  # What was received breaks the protocol: the socket is to be closed. Detail: the close code.

  response @1;
  # A call ended well. Number: its slot. Bytes: the results, a Cap'n Proto message, unchecked.

  item @2;
  # An item of a call of either end. Number: the call. Bytes: a Cap'n Proto message, unchecked.

  error @3;
  # A call ended badly. Detail: the status code. Number: its slot. Bytes: the message, UTF-8. An
  # errorMore follows.

  errorMore @4;
  # Number: retry after, in ms. Bytes: the details.

  introduced @5;
  # The other end introduced itself. Detail: 1 when the session goes on where it was, else 0. Number:
  # for how long it keeps the session without a connection, in ms.

  goaway @6;
  # The other end takes no new calls. Detail: the close reason. Number: grace in ms. Bytes: message.

  lost @7;
  # A call ended as its session was lost. Detail: 1 when it may have run, else 0. Number: its slot.

  end @8;
  # The other end sends no more items on a call. Detail: the status code, perhaps ok. Number: the
  # call. Bytes: the message, UTF-8. An errorMore follows.

  writable @9;
  # Items may be sent again after sentBlocked. Number: the call.

  request @10;
  # The other end calls. Detail: the method's ordinal, above its 16 bits the kind of call. Number: the
  # call. Bytes: the params, a Cap'n Proto message, unchecked. A requestMore follows.

  requestMore @11;
  # Number: the timeout in ms, 0 for ever. In the place of address and size: the lower and the upper
  # half of the interface id.

  dropped @12;
  # A call of the other end is over before it was answered; its number may be another's next.
  # Detail: the status code that says why. Number: the call.

  notify @13;
  # A push on a topic. Bytes: the topic, UTF-8. A notifyMore follows.

  notifyMore @14;
  # Bytes: a Cap'n Proto message, unchecked.

  silent @15;
  # Nothing is heard of the other end: the socket is to be given up.
}
