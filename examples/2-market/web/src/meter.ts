// SPDX-License-Identifier: Apache-2.0
// A channel in front of a channel: measures every call that passes and groups the calls of one
// turn, because these share a message. Streams pass unmeasured. A generated client takes it like any other channel.
import type { CarrierName } from "cortado";
import type { CallOptions, Channel, ItemStream, Items, MethodDescriptor } from "cortado/codec";
import type { Traffic, TrafficCounter } from "./traffic.ts";

export interface Turn {
  /** performance.now() of its first call. */
  readonly startedMs: number;
  /** From its first call to its last answer. */
  readonly roundTripMs: number;
  readonly carrier: CarrierName;
  readonly calls: number;
  /** "12 quote, account". */
  readonly label: string;
  readonly traffic: Traffic;
}

interface OpenTurn {
  readonly startedMs: number;
  readonly trafficBefore: Traffic;
  readonly methods: Map<string, number>;
  calls: number;
  pending: number;
}

export class Meter implements Channel {
  readonly #channel: Channel;
  readonly #carrier: CarrierName;
  readonly #traffic: TrafficCounter;
  readonly #onTurn: (turn: Turn) => void;
  #open: OpenTurn | undefined;

  constructor(
    channel: Channel,
    carrier: CarrierName,
    traffic: TrafficCounter,
    onTurn: (turn: Turn) => void,
  ) {
    this.#channel = channel;
    this.#carrier = carrier;
    this.#traffic = traffic;
    this.#onTurn = onTurn;
  }

  call<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): Promise<R> {
    const turn = this.#currentTurn();
    turn.calls += 1;
    turn.pending += 1;
    turn.methods.set(method.name, (turn.methods.get(method.name) ?? 0) + 1);
    const answer = this.#channel.call(method, params, options);
    const settled = () => this.#settled(turn);
    answer.then(settled, settled);
    return answer;
  }

  watch<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): ItemStream<R> {
    return this.#channel.watch(method, params, options);
  }

  upload<P, R>(method: MethodDescriptor<P, R>, items: Items<P>, options?: CallOptions): Promise<R> {
    return this.#channel.upload(method, items, options);
  }

  chat<P, R>(
    method: MethodDescriptor<P, R>,
    items: Items<P>,
    options?: CallOptions,
  ): ItemStream<R> {
    return this.#channel.chat(method, items, options);
  }

  #currentTurn(): OpenTurn {
    if (this.#open === undefined) {
      this.#open = {
        startedMs: performance.now(),
        trafficBefore: this.#traffic.soFar(),
        methods: new Map(),
        calls: 0,
        pending: 0,
      };
      queueMicrotask(() => {
        this.#open = undefined;
      });
    }
    return this.#open;
  }

  #settled(turn: OpenTurn): void {
    turn.pending -= 1;
    if (turn.pending > 0) return;
    this.#onTurn({
      startedMs: turn.startedMs,
      roundTripMs: performance.now() - turn.startedMs,
      carrier: this.#carrier,
      calls: turn.calls,
      label: [...turn.methods].map(([name, n]) => (n === 1 ? name : `${n} ${name}`)).join(", "),
      traffic: this.#traffic.since(turn.trafficBefore),
    });
  }
}
