// SPDX-License-Identifier: Apache-2.0
// The two messages by which a page and its worker find each other, beside whatever else they say:
// the worker says that it is ready, and the page gives it a port.

export interface Ready {
  readonly cortado: "ready";
  /** A lock that the worker holds for as long as it lives; undefined where there are none. */
  readonly lock: string | undefined;
}

export interface Welcome {
  readonly cortado: "welcome";
  readonly port: MessagePort;
}

export function isReady(data: unknown): data is Ready {
  return isGreeting(data, "ready");
}

export function isWelcome(data: unknown): data is Welcome {
  return isGreeting(data, "welcome");
}

function isGreeting(data: unknown, word: string): boolean {
  return typeof data === "object" && data !== null && Reflect.get(data, "cortado") === word;
}
