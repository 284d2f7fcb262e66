// SPDX-License-Identifier: Apache-2.0
// What the codec throws, and how a problem deep in a value learns its path on the way out. Knows no
// message and no schema.

/** A message, a value or JSON that is not what the schema says. `message` names the place. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

/** A problem on its way from where it was found to whoever was asked; not seen by users. */
export class Problem {
  /** "order.legs[2]"; empty at the root. */
  path = "";
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Prefixes the member or the element in which it was found. */
  inside(step: string | number): this {
    const { path } = this;
    const joint = path === "" || path.startsWith("[") ? "" : ".";
    this.path = (typeof step === "number" ? `[${step}]` : step) + joint + path;
    return this;
  }

  toError(): CodecError {
    return new CodecError(this.path === "" ? this.text : `${this.path}: ${this.text}`);
  }
}

/** For problems whose place is found out later, or not at all. */
export function fail(text: string): never {
  throw new CodecError(text);
}
