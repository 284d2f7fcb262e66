// SPDX-License-Identifier: Apache-2.0
// Writes lists of what lies in a data section. One function for each type, so that a page carries
// only those its schema uses; undefined is left out: its pointer stays null.
import { lengthOf } from "./length-of.ts";
import {
  bool,
  enumerant,
  float,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./write-numbers.ts";
import type { MessageWriter } from "./writer.ts";

export function writeVoids(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<null> | undefined,
): void {
  if (values !== undefined) writer.list(at, 0, lengthOf(values), 0);
}

export function writeBools(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<boolean> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  const start = writer.list(at, 1, length, length / 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i) {
    const byte = start + (i >> 3);
    view.setUint8(byte, view.getUint8(byte) | (bool(values[i] as boolean) << (i & 7)));
  }
}

export function writeEnums(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<string | number> | undefined,
  names: readonly string[],
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 3, length, length * 2);
  for (let i = 0; i < length; ++i, element += 2) {
    writer.view.setUint16(element, enumerant(names, values[i] as string), true);
  }
}

export function writeInt8s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 2, length, length);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 1) {
    view.setInt8(element, int8(values[i] as number));
  }
}

export function writeInt16s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 3, length, length * 2);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 2) {
    view.setInt16(element, int16(values[i] as number), true);
  }
}

export function writeInt32s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 4, length, length * 4);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 4) {
    view.setInt32(element, int32(values[i] as number), true);
  }
}

export function writeInt64s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<bigint> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 5, length, length * 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 8) {
    view.setBigInt64(element, int64(values[i] as bigint), true);
  }
}

export function writeUint8s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 2, length, length);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 1) {
    view.setUint8(element, uint8(values[i] as number));
  }
}

export function writeUint16s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 3, length, length * 2);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 2) {
    view.setUint16(element, uint16(values[i] as number), true);
  }
}

export function writeUint32s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 4, length, length * 4);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 4) {
    view.setUint32(element, uint32(values[i] as number), true);
  }
}

export function writeUint64s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<bigint> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 5, length, length * 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 8) {
    view.setBigUint64(element, uint64(values[i] as bigint), true);
  }
}

export function writeFloat32s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 4, length, length * 4);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 4) {
    view.setFloat32(element, float(values[i] as number), true);
  }
}

export function writeFloat64s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 5, length, length * 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 8) {
    view.setFloat64(element, float(values[i] as number), true);
  }
}
