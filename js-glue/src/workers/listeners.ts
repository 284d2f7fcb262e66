// SPDX-License-Identifier: Apache-2.0
// Who is told of events: functions of the user's, whose failures are not ours.

export class Listeners<T> {
  readonly #all = new Set<(event: T) => void>();

  /** Returns what ends it. */
  add(listener: (event: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(event: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(event);
      } catch (thrown) {
        reportError(thrown); // the user's bug is the user's to see
      }
    }
  }
}
