// SPDX-License-Identifier: Apache-2.0
// A successor on trial: its worker is started beside the one that serves, and gets no call before it
// is known to serve as much.
import { RpcError, type Service } from "../index.ts";
import { type MakeWorker, Seat, type SeatOptions } from "./seat.ts";
import { type MethodSignature, misfit } from "./signatures.ts";

export class Candidate {
  readonly seat: Seat;
  readonly #isUp: Promise<void>;

  constructor(make: MakeWorker, options: SeatOptions, services: readonly Service[]) {
    let resolveUp: () => void = () => {};
    let rejectUp: (error: RpcError) => void = () => {};
    this.#isUp = new Promise((resolve, reject) => {
      resolveUp = resolve;
      rejectUp = reject;
    });
    const again = (): Promise<never> =>
      Promise.reject(new RpcError("internal", "a worker on trial has no calls"));
    const onDown = (seat: Seat, error: RpcError): void => {
      seat.close(); // it has one try
      rejectUp(error);
    };
    const listener = { services, again, onDown, onUp: () => resolveUp(), onIdle: () => {} };
    this.seat = new Seat(make, options, listener, true);
  }

  /** Fulfilled when it is up and serves what `before` tells; otherwise it is closed, and why. */
  async prove(before: () => readonly MethodSignature[]): Promise<void> {
    const { seat } = this;
    seat.start();
    try {
      await this.#isUp;
      if (seat.state !== "up") throw new RpcError("unavailable", "it has ended at once");
    } catch (thrown) {
      const cause = RpcError.from(thrown);
      if (cause.code === "cancelled") throw cause;
      const reason = `the successor did not start, and nothing was changed: ${cause.reason}`;
      throw new RpcError("unavailable", reason, { cause });
    }
    const why = misfit(before(), seat.link?.serves ?? []);
    if (why === undefined) return;
    seat.close();
    const reason = `the successor does not fit, and nothing was changed: ${why}`;
    throw new RpcError("failed_precondition", reason);
  }
}
