// SPDX-License-Identifier: Apache-2.0
// One promise a call and nothing else: no closure, no wrapper object.

export type Resolve = (value: unknown) => void;
export type Reject = (error: unknown) => void;

let resolveTaken: Resolve;
let rejectTaken: Reject;

function take(resolve: Resolve, reject: Reject): void {
  resolveTaken = resolve;
  rejectTaken = reject;
}

/** What a promise is settled by, where its maker keeps it. */
export interface Settler {
  resolve: Resolve;
  reject: Reject;
}

/** A new promise, whose functions are put into `settler`. */
export function promiseInto<R>(settler: Settler): Promise<R> {
  // The executor is one function for all promises; the cast gives back the type it lost by that.
  const promise = new Promise(take as (resolve: Resolve, reject: Reject) => void) as Promise<R>;
  settler.resolve = resolveTaken;
  settler.reject = rejectTaken;
  return promise;
}
