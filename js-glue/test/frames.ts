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

export function frame(
  type: FrameType,
  callId: bigint,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array {
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

/** Puts frames together that came in parts: docs/protocol.md, "Parts". */
export class Parts {
  #pieces: Uint8Array[] = [];

  /** The whole frame; undefined while there is more to come. */
  take(part: Frame): Frame | undefined {
    if (part.type !== "part") return part;
    const [type = 0, flags = 0] = part.payload;
    if ((flags & 1) !== 0) this.#pieces = [];
    this.#pieces.push(part.payload.subarray(8));
    const name = frameTypeName[type];
    if (name === undefined) throw new Error(`parts of no frame type ${type}`);
    if ((flags & 2) === 0) return undefined;
    return { type: name, callId: part.callId, payload: message(...this.#pieces) };
  }
}

export interface Request {
  readonly ordinal: number;
  readonly idempotent: boolean;
  /** CallKind. */
  readonly kind: number;
  readonly key: Uint8Array;
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
    kind: view.getUint16(6, true) >> 1,
    key: payload.slice(56 + padded(metadataSize), 56 + padded(metadataSize) + keySize),
    interfaceId: view.getBigUint64(8, true),
    timeoutMs: view.getUint32(16, true),
    params: payload.slice(56 + padded(metadataSize) + padded(keySize)),
  };
}

export interface Welcome {
  readonly payloadSize?: number;
  readonly callsInFlight?: number;
  /** A multiple of 8 bytes; none: there is no session. */
  readonly token?: string;
  readonly resumed?: boolean;
  readonly received?: number;
}

export function welcome(says: Welcome = {}): Uint8Array {
  const token = new TextEncoder().encode(says.token ?? "");
  const payload = new Uint8Array(32 + token.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, says.payloadSize ?? 16_777_216, true);
  view.setUint32(4, says.callsInFlight ?? 65_536, true);
  view.setBigUint64(8, BigInt(says.received ?? 0), true);
  view.setUint16(16, token.length, true);
  view.setUint16(18, says.resumed ? 1 : 0, true);
  view.setUint32(28, token.length === 0 ? 0 : 60_000, true);
  payload.set(token, 32);
  return frame("welcome", 0n, payload);
}

export interface Hello {
  readonly callsInFlight: number;
  readonly received: number;
  readonly attempt: number;
  readonly token: string;
}

export function helloOf({ payload }: Frame): Hello {
  const view = new DataView(payload.buffer);
  const tokenSize = view.getUint16(16, true);
  return {
    callsInFlight: view.getUint32(4, true),
    received: Number(view.getBigUint64(8, true)),
    attempt: view.getUint32(24, true),
    token: new TextDecoder().decode(payload.subarray(32, 32 + tokenSize)),
  };
}

/** How the server calls the page. */
export function request(
  callId: bigint,
  method: { interfaceIdLow: number; interfaceIdHigh: number; ordinal: number; kind?: number },
  params: Uint8Array,
  timeoutMs = 0,
): Uint8Array {
  const payload = new Uint8Array(56 + params.length);
  const view = new DataView(payload.buffer);
  view.setUint16(4, method.ordinal, true);
  view.setUint16(6, (method.kind ?? 0) << 1, true);
  view.setUint32(8, method.interfaceIdLow, true);
  view.setUint32(12, method.interfaceIdHigh, true);
  view.setUint32(16, timeoutMs, true);
  payload.set(params, 56);
  return frame("request", callId, payload);
}

export function credit(callId: bigint, items: number, bytes: number): Uint8Array {
  return frame("credit", callId, new Uint8Array(Uint32Array.of(items, bytes).buffer));
}

export function creditOf({ payload }: Frame): { items: number; bytes: number } {
  const view = new DataView(payload.buffer);
  return { items: view.getUint32(0, true), bytes: view.getUint32(4, true) };
}

export function notify(topic: string, payload: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(topic);
  const bytes = new Uint8Array(8 + padded(name.length) + payload.length);
  new DataView(bytes.buffer).setUint16(0, name.length, true);
  bytes.set(name, 8);
  bytes.set(payload, 8 + padded(name.length));
  return frame("notify", 0n, bytes);
}

/** Of an ERROR or END. */
export function statusOf({ payload }: Frame): { code: number; text: string } {
  if (payload.length === 0) return { code: 0, text: "" };
  const view = new DataView(payload.buffer);
  const text = new TextDecoder().decode(payload.subarray(16, 16 + view.getUint32(8, true)));
  return { code: view.getUint16(0, true), text };
}

export function pong(ping: Frame): Uint8Array {
  return frame("pong", 0n, ping.payload);
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
