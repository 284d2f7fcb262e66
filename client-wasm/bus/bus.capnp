# The numbers that bus.wasm and its glue (js-glue/src/bus/) agree on, and the layout that two
# participants of one segment must share. client-wasm/bus/bus.hpp and js-glue/src/generated/bus.ts
# are generated from here.
@0xd2a95c7be0183f64;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cortado::bus");

const busMagic :UInt32 = 0x73756263;
# The first word of a segment that is ready: "cbus".

const busVersion :UInt32 = 1;
# The second word: of the layout. Who knows another one does not join.

const participantsMax :UInt32 = 32;
# Participants of one segment at one time: one bit each in a word.

const segmentAddress :UInt32 = 4096;
# Where in the memory of bus.wasm the segment begins. It ends with the memory.

const memorySizeMin :UInt32 = 1048576;
# Bytes of the memory, which never grows.

const memorySizeDefault :UInt32 = 16777216;
# The same when nobody says how many.

const memorySizeMax :UInt32 = 1073741824;
# The same at most: what the module declares as its maximum.

const pageSize :UInt32 = 4096;
# Bytes of which blocks are whole multiples; they begin at multiples of it.

const pipeSizeMin :UInt32 = 4096;
# Bytes of a pipe's ring: a power of two.

const pipeSizeDefault :UInt32 = 65536;
# The same when nobody says how many.

const pipeSizeMax :UInt32 = 4194304;
# The same at most.

const recordHeaderSize :UInt32 = 8;
# Bytes before each record of a ring, which also begins at a multiple of this.

const ticketSlotMask :UInt32 = 0xff;
# A participant is named by its ticket: the slot in these bits, the slot's generation above them.

const controlWords :UInt32 = 2;
# The words at control(): address and size of what peek() found, or 0 and the close code.

const spinsMax :UInt32 = 65536;
# Looks at the doorbell before a participant that asks for it goes to sleep: in WebAssembly, which
# has no instruction to pause, some 40 µs. Longer than a thread takes to wake up it never pays.

const blockWaits :Int32 = 1;
# Of sendBlock: not sent, as the pipe is full. The doorbell rings when there is room.

const hostCloseCodeMin :UInt32 = 16;
# Close codes from here on are the host's own.

enum Refusal @0xc8f1d0b5a36e9274 {
  # Why a function of the bus refused; functions return minus this number.

  none @0;

  badSize @1;
  # The memory is too small, too large, or not the one that was formatted.

  badMagic @2;
  # The memory holds no segment, or one that is not ready yet.

  badVersion @3;
  # The segment is of another version of this library.

  full @4;
  # All slots are taken.

  gone @5;
  # The ticket is of a participant that has left or was declared dead.

  noParticipant @6;
  # In that slot nobody is alive, or not in the state that the function asks for.

  noPipe @7;
  # There is no such pipe.

  pipeInUse @8;
  # There is such a pipe, perhaps of a predecessor whose messages are not read yet. The doorbell
  # rings when that is over.

  closed @9;
  # The other end has closed the pipe, has left, or is dead.

  tooLarge @10;
  # Larger than half the ring, or than the segment: send a block, or by another way.

  noRoom @11;
  # No run of free pages is long enough now.

  badBlock @12;
  # The address is none of a block that this participant holds, or the other end holds it already.

  corrupt @13;
  # What lies in the pipe breaks its rules: close it.

  badArgument @14;
  # A number out of its range, or a function out of its turn: commit() without reserve(), and such.

  deadlock @15;
  # Who is to be waited for waits for this participant itself.
}

enum RecordKind @0x9b40c7e2f5168ad3 {
  # What peek() found.

  none @0;
  # Nothing to read now.

  message @1;
  # Bytes in the ring, of the reader's until release().

  block @2;
  # A block that now is the reader's, until free().

  ended @3;
  # All is read and nothing more comes. In the place of the size: the close code.
}

enum ParticipantState @0xa1d6f30e7c8b5249 {
  free @0;
  joining @1;
  alive @2;

  leaving @3;
  # It gives back what it held, or somebody does so for it.

  dead @4;
  # Declared dead. What it held stays untouched until reclaim().
}

enum CloseCode @0xf57b92d84e0a6c31 {
  done @0;
  # Nothing more to say.

  left @1;
  # The participant has left the bus.

  died @2;
  # It was declared dead.
}
