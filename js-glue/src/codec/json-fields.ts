// SPDX-License-Identifier: Apache-2.0
// Structs, groups and unions in JSON, by the list of members that generated code gives. See
// json-types.ts.
import { Problem } from "./errors.ts";
import { inside, jsonUint16, jsonVoid, mismatch } from "./json-types.ts";
import type { JsonType } from "./types.ts";

type Members = Readonly<Record<string, JsonType>>;
type Values = Record<string, unknown>;

/** The schema's name: generated code may have put underscores behind it, a schema never does. */
function bare(name: string): string {
  return name.replace(/_+$/, "");
}

function valuesOf(value: unknown): Values {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
  return mismatch("an object", value);
}

/** The members that a struct or group always has, and those of its union. */
export function jsonFields(fields: Members, union: Members = {}): JsonType {
  const fieldList = Object.entries(fields);
  const names = Object.keys(union);

  function toJson(value: unknown): unknown {
    const values = valuesOf(value);
    const json: Values = {};
    const put = (name: string, type: JsonType) => {
      const member = values[name];
      if (member === undefined) return;
      json[bare(name)] = inside(bare(name), () => type.toJson(member));
    };
    for (const [name, type] of fieldList) put(name, type);
    const which = names.length === 0 ? undefined : writtenMember(values, names);
    if (which === undefined) return json;
    json["which"] = typeof which === "number" ? which : bare(which);
    const type = union[which];
    if (type === jsonVoid) json[bare(String(which))] = null;
    else if (type !== undefined) put(String(which), type);
    return json;
  }

  function fromJson(json: unknown): unknown {
    const members = valuesOf(json);
    const value: Values = {};
    const take = (name: string, type: JsonType) => {
      const key = bare(name);
      const member = Object.hasOwn(members, key)
        ? inside(key, () => type.fromJson(members[key]))
        : type.missing();
      if (member !== undefined) value[name] = member;
    };
    for (const [name, type] of fieldList) take(name, type);
    if (names.length === 0) return value;
    const which = readMember(members, names);
    value["which"] = which;
    const type = union[which];
    if (type !== undefined) take(String(which), type);
    // A member without a value is not there in a message either.
    if (type === jsonVoid) delete value[which];
    return value;
  }

  return { toJson, fromJson, missing: () => fromJson({}) };
}

/** What `which` is in an object to be written; undefined: nothing of the union is set. */
function writtenMember(values: Values, names: readonly string[]): string | number | undefined {
  const which = values["which"];
  if (which !== undefined) return inside("which", () => memberOf(which, names, names));
  if (!names.some((name) => values[name] !== undefined)) return undefined;
  throw new Problem(`"which" is missing: say which of ${names.join(", ")} is set`);
}

/** What `which` says; else the one member that is there; else the first of the union. */
function readMember(members: Values, names: readonly string[]): string | number {
  const keys = names.map(bare);
  const which = members["which"];
  if (which !== undefined) return inside("which", () => memberOf(which, keys, names));
  const present = names.filter((_, i) => Object.hasOwn(members, keys[i] as string));
  if (present.length > 1) {
    throw new Problem(`only one of ${keys.join(", ")} can be set; "which" says the one that counts`);
  }
  return present[0] ?? (names[0] as string); // a union has members
}

/** The one of `names` that stands where `keys` has `which`; the number of one that is not known. */
function memberOf(
  which: unknown,
  keys: readonly string[],
  names: readonly string[],
): string | number {
  if (typeof which === "number") return names[which] ?? (jsonUint16.toJson(which) as number);
  return names[keys.indexOf(String(which))] ?? mismatch(`one of ${keys.join(", ")}`, which);
}
