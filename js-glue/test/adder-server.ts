// SPDX-License-Identifier: Apache-2.0
// The other end of memory sockets: a server of Adder that answers all calls of a message in one
// message, on its next turn. Tests may answer by themselves.
import { statusCodeNumber } from "../src/generated/protocol.ts";
import { Sum, Terms } from "./adder.ts";
import {
  error,
  type Frame,
  framesOf,
  message,
  Parts,
  pong,
  type Request,
  requestOf,
  response,
  welcome,
} from "./frames.ts";
import type { MemorySocket } from "./memory-socket.ts";

export interface AdderCall {
  readonly id: bigint;
  readonly request: Request;
  readonly terms: Terms;
}

/** A frame to answer with; undefined: none, the test does it. */
export type Answer = (call: AdderCall) => Uint8Array | undefined;

export function sumOf({ id, terms }: AdderCall): Uint8Array {
  return response(id, Sum.encode({ sum: terms.a + terms.b, note: terms.note }));
}

/** For terms that a server does not like. */
export function refusal({ id }: AdderCall): Uint8Array {
  return error(id, statusCodeNumber.failed_precondition, "does not add up", { retryAfterMs: 20 });
}

export class AdderServer {
  /** All frames that arrived, on all sockets. */
  readonly frames: Frame[] = [];
  readonly calls: AdderCall[] = [];
  answer: Answer;
  limits: Parameters<typeof welcome>[0] = {};

  constructor(answer: Answer = sumOf) {
    this.answer = answer;
  }

  /** Accepts a socket. */
  readonly accept = (socket: MemorySocket): void => {
    const parts = new Parts();
    socket.onSent = (sent) => this.#receive(socket, parts, sent);
    socket.open();
    socket.deliver(message(welcome(this.limits)));
  };

  #receive(socket: MemorySocket, parts: Parts, sent: Uint8Array): void {
    const answers: Uint8Array[] = [];
    for (const piece of framesOf(sent)) {
      const frame = parts.take(piece);
      if (frame === undefined) continue;
      this.frames.push(frame);
      if (frame.type === "ping") answers.push(pong(frame));
      if (frame.type !== "request") continue;
      const request = requestOf(frame);
      const call = { id: frame.callId, request, terms: Terms.decode(request.params) };
      this.calls.push(call);
      const answer = this.answer(call);
      if (answer !== undefined) answers.push(answer);
    }
    if (answers.length > 0) setTimeout(() => socket.deliver(message(...answers)));
  }

  count(type: Frame["type"]): number {
    return this.frames.filter((frame) => frame.type === type).length;
  }
}
