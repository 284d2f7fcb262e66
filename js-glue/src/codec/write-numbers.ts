// SPDX-License-Identifier: Apache-2.0
// Checks numbers for generated code to place: DataView would write one of the wrong type or range as
// something else. Where it was in the object is found out afterwards (struct-codec.ts).
import { wrong } from "./errors.ts";

/** 1 or 0. */
export function bool(value: boolean): number {
  return value === true ? 1 : value === false ? 0 : wrong(value);
}

export function int8(value: number): number {
  return (value << 24) >> 24 === value ? value : wrong(value);
}

export function int16(value: number): number {
  return (value << 16) >> 16 === value ? value : wrong(value);
}

export function int32(value: number): number {
  return (value | 0) === value ? value : wrong(value);
}

export function int64(value: bigint): bigint {
  return BigInt.asIntN(64, value) === value ? value : wrong(value);
}

export function uint8(value: number): number {
  return (value & 0xff) === value ? value : wrong(value);
}

export function uint16(value: number): number {
  return (value & 0xffff) === value ? value : wrong(value);
}

export function uint32(value: number): number {
  return value >>> 0 === value ? value : wrong(value);
}

export function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value) === value ? value : wrong(value);
}

export function float(value: number): number {
  return typeof value === "number" ? value : wrong(value);
}

/** The number of an enumerant: its place in `names`, or the number it was read as. */
export function enumerant(names: readonly string[], value: string | number): number {
  if (typeof value === "number") return uint16(value);
  const ordinal = names.indexOf(value);
  return ordinal < 0 ? wrong(value) : ordinal;
}

/** A Float32 with a default, whose bits are `low`. */
export function writeFloat32(
  view: DataView,
  at: number,
  value: number | undefined,
  low: number,
): void {
  if (value === undefined) return;
  view.setFloat32(at, float(value), true);
  view.setUint32(at, view.getUint32(at, true) ^ low, true);
}

/** A Float64 with a default, whose bits are `low` and `high`. */
export function writeFloat64(
  view: DataView,
  at: number,
  value: number | undefined,
  low: number,
  high: number,
): void {
  if (value === undefined) return;
  view.setFloat64(at, float(value), true);
  view.setUint32(at, view.getUint32(at, true) ^ low, true);
  view.setUint32(at + 4, view.getUint32(at + 4, true) ^ high, true);
}
