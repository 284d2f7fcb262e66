# The numbers of `cortado.v1`, written once: frame types, status codes, limits. C++ and TypeScript
# are generated from here; docs/protocol.md says what they mean on the wire.
@0xa9d2f60b735ce814;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "annotations.capnp";
$Cxx.namespace("cortado::wire");

const subprotocol :Text = "cortado.v1";
# Sec-WebSocket-Protocol of the binary carrier.

const subprotocolOfLanes :Text = "cortado.v1.lanes";
# The same with lanes: one WebSocket carries several connections.

const magic :UInt16 = 0xfeca;
# The bytes CA FE, read as a little-endian number.

const protocolVersion :UInt8 = 1;

const frameHeaderSize :UInt32 = 16;
# Bytes before the payload.

const frameAlignment :UInt32 = 8;
# Payloads are padded with zeros to a multiple of this many bytes.

const requestEnvelopeSize :UInt32 = 56;
# Bytes before the metadata of a REQUEST.

const responseEnvelopeSize :UInt32 = 8;
# Bytes before the metadata of a RESPONSE.

const errorEnvelopeSize :UInt32 = 16;
# Bytes before the message of an ERROR.

const helloSize :UInt32 = 32;
# Bytes before the session token of a HELLO or WELCOME.

const goawaySize :UInt32 = 16;
# Bytes before the message of a GOAWAY.

const creditSize :UInt32 = 8;
# Bytes of a CREDIT.

const notifySize :UInt32 = 8;
# Bytes before the topic of a NOTIFY.

const partHeaderSize :UInt32 = 8;
# Bytes before the piece in a PART.

const ackSize :UInt32 = 8;
# Bytes of an ACK.

const laneReasonSizeMax :UInt32 = 123;
# Bytes of the reason in a LANE that ends one, as in a WebSocket's close frame.

const lanesMax :UInt32 = 32;
# Lanes open on one WebSocket unless the server was told otherwise.

const laneRefusedCode :UInt16 = 1013;
# Ends a lane that is one too many. Temporary: take a WebSocket of its own.

const cutSize :UInt32 = 65536;
# A payload above this is sent in parts, each with at most this many bytes of it, so that other
# frames need not wait for all of it.

const payloadSizeMax :UInt32 = 16777216;
# Bytes of payload, whole or in parts, a peer takes unless its HELLO or WELCOME says otherwise.

const callsInFlightMax :UInt32 = 65536;
# Calls from the other end a peer serves at once unless its HELLO or WELCOME says otherwise.

const streamItemsInitial :UInt32 = 256;
# Items that may be sent on a stream before the first CREDIT.

const streamBytesInitial :UInt32 = 65536;
# Bytes of items that may be sent on a stream before the first CREDIT.

const connectionItemsInitial :UInt32 = 4096;
# Items that may be sent on all streams together, topics included, before the first CREDIT for the
# connection.

const connectionBytesInitial :UInt32 = 1048576;
# Bytes of items that may be sent on all streams together, topics included, before the first CREDIT
# for the connection.

const creditMax :UInt32 = 2147483647;
# Items or bytes that may be granted and unused at one time.

const ackFramesMax :UInt32 = 256;
# Reliable frames after which an ACK is due, at the latest.

const ackBytesMax :UInt32 = 65536;
# Bytes of reliable frames after which an ACK is due, at the latest.

const sessionTokenSizeMax :UInt32 = 64;
# Bytes of a session token.

const topicSizeMax :UInt32 = 256;
# Bytes of a topic's name.

const metadataSizeMax :UInt32 = 16384;
# Bytes of metadata in one frame.

const idempotencyKeySizeMax :UInt32 = 64;
# Bytes of an idempotency key.

const errorMessageSizeMax :UInt32 = 4096;
# Bytes of an error's message; a longer one is cut at a character.

const readerTraversalWordsMax :UInt64 = 8388608;
# Words (of 8 bytes) a Cap'n Proto reader may visit in one message: 64 MiB.

const readerNestingMax :UInt32 = 64;
# Pointers a Cap'n Proto reader may follow from the root.

enum FrameType @0xc5e09a4713bd62f8 {
  request @0 $Cortado.wireNumber(0x01);
  # Opens a call.

  response @1 $Cortado.wireNumber(0x02);
  # Ends a call with its results.

  error @2 $Cortado.wireNumber(0x03);
  # Ends a call with a status.

  item @3 $Cortado.wireNumber(0x04);
  # One element of a stream, either direction.

  end @4 $Cortado.wireNumber(0x05);
  # Half close of a stream, with a status.

  cancel @5 $Cortado.wireNumber(0x06);
  # The caller no longer wants the answer.

  credit @6 $Cortado.wireNumber(0x07);
  # The receiver of a stream, or of all of them, takes more items.

  notify @7 $Cortado.wireNumber(0x08);
  # A push on a topic, outside any call.

  hello @8 $Cortado.wireNumber(0x10);
  # First frame of the end that connects.

  welcome @9 $Cortado.wireNumber(0x11);
  # First frame of the end that accepts.

  ack @10 $Cortado.wireNumber(0x12);
  # How many reliable frames have arrived.

  ping @11 $Cortado.wireNumber(0x13);
  # Asks for a pong with the same payload.

  pong @12 $Cortado.wireNumber(0x14);
  # Answers a ping.

  goaway @13 $Cortado.wireNumber(0x15);
  # The sender takes no new calls; finish and connect elsewhere.

  part @14 $Cortado.wireNumber(0x09);
  # A piece of a frame whose payload is too large to let others wait for it.

  lane @15 $Cortado.wireNumber(0x16);
  # Says whose the rest of the message is, where one WebSocket carries several connections.
}

enum CallKind @0xf9a1c47d20e85b36 {
  # Who sends items in a call besides its params and its results: the bits 1 and 2 of a REQUEST's
  # flags.

  unary @0;
  # Nobody.

  clientStream @1;
  # The caller.

  serverStream @2;
  # The callee.

  bidirectional @3;
  # Both.
}

enum StatusCode @0x98d71fe4b02a63c5 {
  # How a call ended: the codes of gRPC and Connect, by the same numbers.

  ok @0;
  # It succeeded. Never sent in an ERROR.

  cancelled @1;
  # The caller gave up.

  unknown @2;
  # An error of another system, without a better code.

  invalidArgument @3;
  # The parameters are wrong whatever the state of the system.

  deadlineExceeded @4;
  # Time ran out; the call may have had its effect.

  notFound @5;
  # What was asked for does not exist.

  alreadyExists @6;
  # What was to be created exists.

  permissionDenied @7;
  # The identity is known and may not do this.

  resourceExhausted @8;
  # A quota, a limit or memory ran out.

  failedPrecondition @9;
  # The state of the system is not one in which this can be done.

  aborted @10;
  # A conflict with another call; try the whole transaction again.

  outOfRange @11;
  # Past the end of what there is.

  unimplemented @12;
  # The server does not know this method, or does not serve it.

  internal @13;
  # A bug at the other end.

  unavailable @14;
  # Not reachable now; trying again may help.

  dataLoss @15;
  # Data is lost or corrupt beyond repair.

  unauthenticated @16;
  # Who calls is not known.
}

const closeCodeBase :UInt16 = 4000;
# What is added to the number of a CloseReason for the code of a close frame.

enum CloseReason @0xea48c6259d7f31b0 {
  # Why a peer closes the connection.

  badMagic @0;
  # A frame does not begin with CA FE.

  badVersion @1;
  # A frame of another version of the protocol.

  badFrameType @2;
  # A frame type this version does not define.

  truncatedFrame @3;
  # A message ends inside a frame.

  payloadTooLarge @4;
  # A frame's payload is larger than the receiver announced.

  badPadding @5;
  # A byte that must be zero is not.

  badEnvelope @6;
  # Sizes inside a payload do not add up, or a reserved bit is set.

  badCallId @7;
  # A request id of the wrong parity, or one in use.

  unexpectedFrame @8;
  # A frame that its sender may not send, or not now.

  goingAway @9;
  # The server stops, or moves its clients. Temporary: connect again.

  idle @10;
  # Nothing was heard for too long. Temporary: connect again.

  noCredit @11;
  # An item for which the receiver had given no credit, or more credit than there can be.

  superseded @12;
  # The session goes on over a later connection. Nothing to do: this one is an old one.

  sessionLost @13;
  # The session cannot be resumed. Temporary: connect again, without its token.
}
