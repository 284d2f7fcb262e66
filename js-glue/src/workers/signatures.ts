// SPDX-License-Identifier: Apache-2.0
// What a worker serves, so that a successor can be held against it before calls go there. A generated
// descriptor tells the kind of a method, the sizes of its params and results and the names and types of
// their plain members; it does not tell what is inside of nested structs and of unions.
import type { MethodDescriptor, Service, StructCodec } from "../index.ts";

export interface StructSignature {
  /** See StructCodec. */
  readonly shape: number;
  /** "name: type", of members that have a default. */
  readonly members: readonly string[];
}

export interface MethodSignature {
  /** By which calls name it. */
  readonly key: string;
  /** For people. */
  readonly name: string;
  readonly kind: number;
  readonly params: StructSignature;
  readonly results: StructSignature;
}

export function signaturesOf(services: readonly Service[]): MethodSignature[] {
  return services.flatMap(({ descriptor }) =>
    Object.values<MethodDescriptor<never, unknown>>(descriptor.methods).map(signatureOf),
  );
}

function signatureOf(method: MethodDescriptor<never, unknown>): MethodSignature {
  const { interfaceIdLow, interfaceIdHigh, ordinal, service, name, kind = 0 } = method;
  return {
    key: `${interfaceIdLow}.${interfaceIdHigh}.${ordinal}`,
    name: `${service}.${name}`,
    kind,
    params: structSignature(method.params),
    results: structSignature(method.results),
  };
}

function structSignature(
  codec: Pick<StructCodec<unknown, never>, "shape" | "fromJson">,
): StructSignature {
  const members = Object.entries(codec.fromJson({}) as object);
  return {
    shape: codec.shape,
    members: members.map(([name, value]) => `${name}: ${typeName(value)}`),
  };
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return value instanceof Uint8Array ? "bytes" : typeof value;
}

/**
 * Why callers of `before` cannot call `after`; undefined: they can. As schemas grow, structs may be
 * larger than they were, and there may be more methods.
 */
export function misfit(
  before: readonly MethodSignature[],
  after: readonly MethodSignature[],
): string | undefined {
  const byKey = new Map(after.map((method) => [method.key, method]));
  for (const method of before) {
    const { key, name, kind } = method;
    const found = byKey.get(key);
    if (found === undefined) return `it does not serve ${name}`;
    if (found.kind !== kind) return `${name} streams in other directions`;
    for (const part of ["params", "results"] as const) {
      const why = structMisfit(method[part], found[part]);
      if (why !== undefined) return `the ${part} of ${name} ${why}`;
    }
  }
  return undefined;
}

function structMisfit(before: StructSignature, after: StructSignature): string | undefined {
  const gone = before.members.find((member) => !after.members.includes(member));
  if (gone !== undefined) return `have no "${gone}"`;
  const words = (shape: number): number => shape & 0xffff;
  const pointers = (shape: number): number => shape >>> 16;
  const hasShrunk =
    words(after.shape) < words(before.shape) || pointers(after.shape) < pointers(before.shape);
  return hasShrunk ? "are smaller than they were" : undefined;
}
