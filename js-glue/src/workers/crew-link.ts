// SPDX-License-Identifier: Apache-2.0
// The link to a worker that is one of a crew: it counts the calls it is given, and tells the crew at
// once what becomes of it.
import { type CallAgain, type CallMore, type MethodDescriptor, RpcError } from "../index.ts";
import { retire } from "./directory.ts";
import { WorkerLink, type WorkerLinkOptions } from "./worker-link.ts";

export interface CrewLinkListener {
  /** The worker is there. */
  onMet(): void;
  /** Its last call is over. */
  onIdle(): void;
  /** Once; no call succeeds any more. */
  onEnded(error: RpcError): void;
  readonly again: CallAgain;
}

export class CrewLink extends WorkerLink {
  readonly #listener: CrewLinkListener;
  #busy = 0;
  #isOnTrial: boolean;
  #isOver = false;

  /** `isOnTrial`: until join(). */
  constructor(
    worker: Worker,
    options: WorkerLinkOptions,
    listener: CrewLinkListener,
    isOnTrial: boolean,
  ) {
    super(worker, options);
    this.#isOnTrial = isOnTrial;
    this.#listener = listener;
    void this.ready.then((isThere) => {
      if (isThere && !this.#isOver) listener.onMet();
    });
  }

  /** Calls in flight that it was given. */
  get busy(): number {
    return this.#busy;
  }

  /** See Carrier.call(). */
  take<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more?: CallMore,
  ): Promise<R> {
    this.#busy += 1;
    const made = this.callHere(method, params, timeoutMs, signal, more);
    made.then(this.#onLeft, this.#onLeft);
    return made;
  }

  readonly #onLeft = (): void => {
    this.#busy -= 1;
    if (this.#busy === 0 && !this.#isOver) this.#listener.onIdle();
  };

  /** Calls in flight are lost, those that are idempotent made again. */
  giveUp(why: string): void {
    this.end(new RpcError("unavailable", why));
  }

  /** Other workers may call it from now on. */
  join(): void {
    this.#isOnTrial = false;
    this.enlist();
  }

  /** It gets no new calls, of other workers either. */
  leave(): void {
    retire(this);
  }

  protected override enlist(): void {
    if (!this.#isOnTrial) super.enlist();
  }

  protected override callAgain(...call: Parameters<CallAgain>): Promise<unknown> {
    return this.#listener.again(...call);
  }

  protected override end(error: RpcError): void {
    super.end(error);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.onEnded(error);
  }
}
