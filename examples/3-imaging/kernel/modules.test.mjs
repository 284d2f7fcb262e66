// SPDX-License-Identifier: Apache-2.0
// The kernel as it is in a page: both modules, on memories of both kinds.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const read = (path) => readFileSync(new URL(path, import.meta.url));
const known = JSON.parse(read("testdata/known-picture.json"));

const pages = 256; // 16 MiB
const modules = {
  "kernel.wasm": { initial: pages, maximum: pages, shared: true },
  "kernel-alone.wasm": { initial: pages },
};

const dataSection = 11;
/** Far from 0, where others may have something. */
const begin = 1 << 20;
const stackSize = 1 << 14;

/** The ids of a module's sections; see the WebAssembly specification, 5.5.2. */
function sectionsOf(bytes) {
  const ids = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

/** FNV-1a, of 32 bits. */
function fingerprint(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

describe.each(Object.entries(modules))("%s", (name, descriptor) => {
  const bytes = read(`../web/generated/${name}`);

  test("has no data: instances share a memory", () => {
    expect(sectionsOf(bytes)).not.toContain(dataSection);
  });

  test("makes the known picture, and leaves all other memory alone", async () => {
    const memory = new WebAssembly.Memory(descriptor);
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    const kernel = instance.exports;
    kernel.__stack_pointer.value = begin + stackSize;
    const { width, height, settings: of } = known;
    const scratch = begin + stackSize;
    const size = Math.max(kernel.landscape_size(width, height), kernel.develop_size(width));
    const original = scratch + Math.ceil(size / 16) * 16;
    const result = original + width * height * 4;

    kernel.landscape_begin(scratch, width, height, height, 0);
    kernel.landscape_rows(scratch, height, original);
    const pixels = (address) => new Uint8Array(memory.buffer, address, width * height * 4);
    expect(fingerprint(pixels(original))).toBe(known.original);

    kernel.develop_begin(
      ...[scratch, original, 0, width, height, 0, of.exposure, of.contrast, of.warmth],
      ...[of.saturation, of.denoise, of.sharpness, of.radius, of.vignette],
    );
    kernel.develop_rows(scratch, height, result);
    expect(fingerprint(pixels(result))).toBe(known.result);

    const all = new Uint8Array(memory.buffer);
    expect(all.subarray(0, begin).every((byte) => byte === 0)).toBe(true);
    expect(all.subarray(result + width * height * 4).every((byte) => byte === 0)).toBe(true);
  });
});
