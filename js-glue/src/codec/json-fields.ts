// SPDX-License-Identifier: Apache-2.0
// Structs, groups and unions in JSON, by the list of members that generated code gives. See
// json-types.ts.
import { mismatch } from "./errors.ts";
import { jsonVoid } from "./json-types.ts";
import type { JsonPath, JsonType } from "./types.ts";

type Members = Readonly<Record<string, JsonType>>;
type Values = Record<string, unknown>;

/** The name in JSON: without the underscore generated code put behind a word of JavaScript. */
function bare(name: string): string {
  return name === "which_" ? name : name.replace(/_$/, "");
}

/** A member that is not there is left out, or has its default when JSON is read. */
function memberOf(value: object, name: string, isJson: boolean): unknown {
  const key = isJson ? bare(name) : name;
  return Object.hasOwn(value, key) ? (value as Values)[key] : undefined;
}

function convert(
  name: string,
  type: JsonType,
  value: object,
  to: Values,
  isJson: boolean,
  path: JsonPath,
): void {
  const member = memberOf(value, name, isJson);
  if (member === undefined && !isJson) return;
  path.push(bare(name));
  const converted = type(member, isJson, path);
  path.pop();
  if (converted !== undefined) to[isJson ? name : bare(name)] = converted;
}

/** A struct or group without a union. */
export function jsonFields(fields: Members): JsonType {
  return (value = {}, isJson, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      mismatch("an object", value, path);
    }
    const to: Values = {};
    for (const name in fields) convert(name, fields[name] as JsonType, value, to, isJson, path);
    return to;
  };
}

/** The members that a struct or group always has, and those of its union. */
export function jsonUnion(fields: Members, union: Members): JsonType {
  const names = Object.keys(union);
  const common = jsonFields(fields);
  return (given = {}, isJson, path) => {
    const to = common(given, isJson, path) as Values;
    const value = given as object; // which common() has checked
    const read = (name: string) => memberOf(value, name, isJson);
    const which = activeMember(read("which"), names, read, isJson, path);
    if (which === undefined) return to;
    const type = union[which];
    to["which"] = isJson || typeof which === "number" ? which : bare(which);
    if (type !== undefined) convert(which as string, type, value, to, isJson, path);
    if (type === jsonVoid) {
      // Without a value, and so without a property in an object.
      if (isJson) delete to[which];
      else to[bare(which as string)] = null;
    }
    return to;
  };
}

/** The name in `names` of the member that counts; the number of an unknown one. */
function activeMember(
  which: unknown,
  names: readonly string[],
  read: (name: string) => unknown,
  isJson: boolean,
  path: JsonPath,
): string | number | undefined {
  if (which === undefined) {
    const given = names.filter((name) => read(name) !== undefined);
    if (given.length <= (isJson ? 1 : 0)) return given[0] ?? (isJson ? names[0] : undefined);
  }
  const known =
    typeof which === "number" && (which & 0xffff) === which
      ? (names[which] ?? which)
      : names.find((name) => which === (isJson ? bare(name) : name));
  return known ?? mismatch(`one of ${names.map(bare).join(", ")}`, which, [...path, "which"]);
}
