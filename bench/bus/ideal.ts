// SPDX-License-Identifier: Apache-2.0
// The practical limit: a ring each way, small payloads copied into it and read there, large ones
// written in place beside it and sent by reference. Nothing else: no types, no errors, no end.
import { Bell } from "./bell.ts";
import { type BusConnection, Pool } from "./connection.ts";
import { checkOf } from "./payload.ts";
import { RingReader, RingWriter, ringBytes } from "./ring.ts";
import { type Lane, SharedCaller, type Waiting } from "./shared-caller.ts";
import { startOn } from "./shared-worker.ts";

/** Larger payloads are sent by reference. */
const copiedBytesMax = 4 << 10;

/** The segment: two bells, calls, answers, and room for 64 MiB of payloads. */
const callsAt = 64;
const answersAt = callsAt + ringBytes;
const roomAt = answersAt + ringBytes;
const segmentBytes = roomAt + (64 << 20);

function bellsOf(memory: SharedArrayBuffer) {
  const words = new Int32Array(memory, 0, callsAt / 4);
  return { calls: new Bell(words, 0), answers: new Bell(words, 8) };
}

export async function openIdeal(script: URL, waiting: Waiting): Promise<BusConnection> {
  const memory = new SharedArrayBuffer(segmentBytes);
  await startOn(script, memory);
  const pool = new Pool((size, index) =>
    size <= copiedBytesMax
      ? new Uint8Array(size)
      : new Uint8Array(memory, roomAt + index * size, size),
  );
  const caller = new SharedCaller(laneOn(memory), waiting);
  return {
    take: (size) => pool.take(size),
    call: (payload) =>
      caller.call(payload).then((check) => {
        pool.give(payload);
        return check;
      }),
  };
}

function laneOn(memory: SharedArrayBuffer): Lane {
  const bells = bellsOf(memory);
  const calls = new RingWriter(memory, callsAt);
  const answers = new RingReader(memory, answersAt);
  const reference = new Int32Array(1);
  const referenceBytes = new Uint8Array(reference.buffer);
  return {
    bell: bells.answers,
    isWork: answers.isWork,
    send(slot, payload) {
      if (payload.length <= copiedBytesMax) {
        calls.write(slot, payload.length, payload);
      } else {
        reference[0] = payload.byteOffset;
        calls.write(slot, payload.length, referenceBytes);
      }
    },
    flush() {
      if (calls.publish()) bells.calls.ring();
    },
    receive(read) {
      answers.drain((slot, check) => {
        read(slot, check >>> 0);
        return 0;
      });
    },
  };
}

export function serveIdeal(memory: SharedArrayBuffer, spins: boolean): never {
  const bells = bellsOf(memory);
  const calls = new RingReader(memory, callsAt);
  const answers = new RingWriter(memory, answersAt);
  const bytes = new Uint8Array(memory);
  const words = new Int32Array(memory);
  const answer = (slot: number, size: number, at: number): number => {
    const isCopied = size <= copiedBytesMax;
    answers.write(slot, checkOf(bytes, isCopied ? at : words[at >> 2], size));
    return isCopied ? size : words.BYTES_PER_ELEMENT;
  };
  for (;;) {
    if (spins) bells.calls.spin(calls.isWork);
    else bells.calls.wait(calls.isWork);
    calls.drain(answer);
    if (answers.publish()) bells.answers.ring();
  }
}
