// SPDX-License-Identifier: Apache-2.0
// Frames of `cortado.v1`, read and written from docs/protocol.md alone, so that tests compare the
// core with other code than its own.
import { type FrameType, frameTypeName, frameTypeNumber } from "../src/generated/protocol.ts";

export interface Frame {
  readonly type: FrameType;
  readonly callId: bigint;
  readonly payload: Uint8Array;
}

function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/** One message of these frames, or parts of them that were made otherwise. */
export function message(...frames: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frames.reduce((size, frame) => size + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

export function frame(type: FrameType, callId: bigint, payload = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(16 + padded(payload.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xcafe);
  view.setUint8(2, 1);
  view.setUint8(3, frameTypeNumber[type]);
  view.setBigUint64(4, callId, true);
  view.setUint32(12, payload.length, true);
  bytes.set(payload, 16);
  return bytes;
}

export function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    if (view.getUint16(at) !== 0xcafe) throw new Error(`no frame at ${at}`);
    const type = frameTypeName[view.getUint8(at + 3)];
    if (type === undefined) throw new Error(`no frame type ${view.getUint8(at + 3)}`);
    const size = view.getUint32(at + 12, true);
    const payload = bytes.slice(at + 16, at + 16 + size);
    frames.push({ type, callId: view.getBigUint64(at + 4, true), payload });
    at += 16 + padded(size);
  }
  return frames;
}

export interface Request {
  readonly ordinal: number;
  readonly idempotent: boolean;
  readonly interfaceId: bigint;
  readonly timeoutMs: number;
  readonly params: Uint8Array;
}

export function requestOf({ payload }: Frame): Request {
  const view = new DataView(payload.buffer);
  const metadataSize = view.getUint32(20, true);
  const keySize = view.getUint16(24, true);
  return {
    ordinal: view.getUint16(4, true),
    idempotent: (view.getUint16(6, true) & 1) === 1,
    interfaceId: view.getBigUint64(8, true),
    timeoutMs: view.getUint32(16, true),
    params: payload.slice(56 + padded(metadataSize) + padded(keySize)),
  };
}

export function welcome(limits: { payloadSize?: number; callsInFlight?: number } = {}): Uint8Array {
  const payload = new Uint8Array(32);
  const view = new DataView(payload.buffer);
  view.setUint32(0, limits.payloadSize ?? 16_777_216, true);
  view.setUint32(4, limits.callsInFlight ?? 65_536, true);
  return frame("welcome", 0n, payload);
}

export function response(callId: bigint, results: Uint8Array): Uint8Array {
  return frame("response", callId, message(new Uint8Array(8), results));
}

export function error(
  callId: bigint,
  code: number,
  text: string,
  more: { retryAfterMs?: number; details?: Uint8Array } = {},
): Uint8Array {
  const words = new TextEncoder().encode(text);
  const details = more.details ?? new Uint8Array();
  const payload = new Uint8Array(16 + padded(words.length) + details.length);
  const view = new DataView(payload.buffer);
  view.setUint16(0, code, true);
  view.setUint32(4, more.retryAfterMs ?? 0, true);
  view.setUint32(8, words.length, true);
  view.setUint32(12, details.length, true);
  payload.set(words, 16);
  payload.set(details, 16 + padded(words.length));
  return frame("error", callId, payload);
}

export function goaway(reason: number, graceMs: number, text: string): Uint8Array {
  const words = new TextEncoder().encode(text);
  const payload = new Uint8Array(16 + words.length);
  const view = new DataView(payload.buffer);
  view.setUint16(0, reason, true);
  view.setUint32(4, graceMs, true);
  view.setUint32(8, words.length, true);
  payload.set(words, 16);
  return frame("goaway", 0n, payload);
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
