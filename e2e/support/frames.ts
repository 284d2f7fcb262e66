// SPDX-License-Identifier: Apache-2.0
// Frames of cortado.v1 written by hand from docs/protocol.md, so that a mistake of the generated
// code is not made here too.

const headerSize = 16;
const alignment = 8;

export interface FrameFields {
  readonly type: number;
  readonly callId?: bigint;
  readonly payload?: Uint8Array;
  /** What the header says, if not the truth. */
  readonly declaredSize?: number;
  /** The byte that fills up, which should be 0. */
  readonly padding?: number;
  readonly magic?: readonly [number, number];
  readonly version?: number;
}

export function frame(fields: FrameFields): Buffer {
  const payload = fields.payload ?? new Uint8Array();
  const paddedSize = Math.ceil(payload.length / alignment) * alignment;
  const bytes = Buffer.alloc(headerSize + paddedSize, fields.padding ?? 0);
  bytes.set(fields.magic ?? [0xca, 0xfe], 0);
  bytes[2] = fields.version ?? 1;
  bytes[3] = fields.type;
  bytes.writeBigUInt64LE(fields.callId ?? 0n, 4);
  bytes.writeUInt32LE(fields.declaredSize ?? payload.length, 12);
  bytes.set(payload, headerSize);
  return bytes;
}

/** A WELCOME with the limits of the protocol and no session. */
export function welcome(): Buffer {
  const payload = Buffer.alloc(32);
  payload.writeUInt32LE(16 * 1024 * 1024, 0);
  payload.writeUInt32LE(65_536, 4);
  return frame({ type: 0x11, payload });
}

/** The call ids of the frames of a type in a message. */
export function callIds(message: Buffer, type: number): bigint[] {
  const ids: bigint[] = [];
  for (let at = 0; at + headerSize <= message.length; ) {
    const size = message.readUInt32LE(at + 12);
    if (message[at + 3] === type) ids.push(message.readBigUInt64LE(at + 4));
    at += headerSize + Math.ceil(size / alignment) * alignment;
  }
  return ids;
}
