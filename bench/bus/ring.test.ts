// SPDX-License-Identifier: Apache-2.0
// The ring by hand, both ends in this thread.
import { describe, expect, test } from "vitest";
import { RingReader, RingWriter, ringBytes } from "./ring.ts";

/** Behind other memory, as in a segment. */
const at = 128;

function ring() {
  const memory = new SharedArrayBuffer(at + ringBytes);
  const bytes = new Uint8Array(memory);
  const reader = new RingReader(memory, at);
  return {
    writer: new RingWriter(memory, at),
    reader,
    /** Frames as [first, payload]; the second word is the payload's size. */
    drained() {
      const frames: [number, number[]][] = [];
      reader.drain((first, size, begin) => {
        frames.push([first, [...bytes.subarray(begin, begin + size)]]);
        return size;
      });
      return frames;
    },
  };
}

function payloadOf(size: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => index * 7 + seed);
}

describe("a ring", () => {
  test("shows frames when they are published", () => {
    const { writer, reader, drained } = ring();
    writer.write(1, 3, payloadOf(3, 1));
    writer.write(2, 0);
    expect(reader.isWork()).toBe(false);
    expect(writer.publish()).toBe(true);
    expect(writer.publish()).toBe(false);
    expect(reader.isWork()).toBe(true);
    expect(drained()).toEqual([
      [1, [...payloadOf(3, 1)]],
      [2, []],
    ]);
    expect(reader.isWork()).toBe(false);
  });

  test("goes round many times, with frames of all sizes, each in one piece", () => {
    const { writer, drained } = ring();
    for (let frame = 0; frame < 500; ++frame) {
      const payload = payloadOf((frame * 613) % 5000, frame);
      writer.write(frame, payload.length, payload);
      writer.publish();
      expect(drained()).toEqual([[frame, [...payload]]]);
    }
  });

  test("throws when it is full, and takes more when it was read", () => {
    const { writer, drained } = ring();
    const payload = payloadOf(4096, 0);
    let written = 0;
    const fill = () => {
      for (; ; ++written) writer.write(written, payload.length, payload);
    };
    expect(fill).toThrow("the ring is full");
    writer.publish();
    expect(drained()).toHaveLength(written);
    writer.write(written, payload.length, payload);
    writer.publish();
    expect(drained()).toEqual([[written, [...payload]]]);
  });
});
