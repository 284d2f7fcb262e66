// SPDX-License-Identifier: Apache-2.0
// LANE frames, and the two ends of a lane as this page sees them. docs/protocol.md, "Lanes".
import {
  frameHeaderSize,
  frameTypeNumber,
  laneReasonSizeMax,
  magic,
  protocolVersion,
} from "../generated/protocol.ts";

const laneType = frameTypeNumber.lane;
const codeSize = 2;

/** Bytes before the frames of a lane in a message. */
export const laneHeaderSize = frameHeaderSize;

/** Who is told what happens to a lane. */
export interface LaneListener {
  /** Nothing was sent before. */
  onOpen(): void;
  /** Frames, behind the first `offset` bytes, which are no one's. */
  onMessage(data: ArrayBuffer | string, offset: number): void;
  /** Nothing is heard of it any more. */
  onClose(code: number, reason: string): void;
  /** There is no lane, and there will be none here: a WebSocket of its own is needed. */
  onRefused(): void;
}

/** What carries the frames of one connection. */
export interface LaneEnd {
  /** Borrowed for the call. */
  send(bytes: Uint8Array): void;
  /** As WebSocket.close(); the listener hears nothing more. */
  close(code?: number): void;
  readonly bufferedAmount: number;
}

export interface LaneMessage {
  readonly lane: number;
  /** Where its frames begin. */
  readonly offset: number;
  readonly end: { readonly code: number; readonly reason: string } | undefined;
}

/** Whose a received message is; undefined: nobody's, as its LANE is wrong. */
export function readLane(message: ArrayBuffer): LaneMessage | undefined {
  const view = new DataView(message);
  const size = message.byteLength;
  if (size < 4 || view.getUint8(3) !== laneType) return { lane: 0, offset: 0, end: undefined };
  if (size < laneHeaderSize || view.getUint16(0, true) !== magic) return undefined;
  if (view.getUint8(2) !== protocolVersion || view.getUint32(8, true) !== 0) return undefined;
  const lane = view.getUint32(4, true);
  const payloadSize = view.getUint32(12, true);
  if (payloadSize === 0) return { lane, offset: laneHeaderSize, end: undefined };
  const isEnd = payloadSize >= codeSize && payloadSize <= codeSize + laneReasonSizeMax;
  if (!isEnd || size !== laneHeaderSize + Math.ceil(payloadSize / 8) * 8) return undefined;
  const reason = new Uint8Array(message, laneHeaderSize + codeSize, payloadSize - codeSize);
  const code = view.getUint16(laneHeaderSize, true);
  return { lane, offset: size, end: { code, reason: new TextDecoder().decode(reason) } };
}

/** Whether a server says farewell in these frames; that is among the first, which are in no call. */
export function hasGoaway(message: ArrayBuffer, offset: number): boolean {
  const view = new DataView(message);
  let at = offset;
  while (at + frameHeaderSize <= message.byteLength) {
    const type = view.getUint8(at + 3);
    if (type === frameTypeNumber.goaway) return true;
    if (type < frameTypeNumber.hello) return false;
    at += frameHeaderSize + Math.ceil(view.getUint32(at + 12, true) / 8) * 8;
  }
  return false;
}

/** Into the first bytes of `message`. */
export function writeLane(message: Uint8Array, lane: number, payloadSize = 0): void {
  const view = new DataView(message.buffer, message.byteOffset);
  view.setUint16(0, magic, true);
  view.setUint8(2, protocolVersion);
  view.setUint8(3, laneType);
  view.setUint32(4, lane, true);
  view.setUint32(8, 0, true);
  view.setUint32(12, payloadSize, true);
}

/** The message that ends a lane. */
export function laneEnd(lane: number, code: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(laneHeaderSize + 8);
  writeLane(message, lane, codeSize);
  new DataView(message.buffer).setUint16(laneHeaderSize, code, true);
  return message;
}

/** A copy behind room for a header. */
export function withRoom(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(laneHeaderSize + bytes.byteLength);
  message.set(bytes, laneHeaderSize);
  return message;
}
