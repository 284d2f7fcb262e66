// SPDX-License-Identifier: Apache-2.0
// JPEG by MozJPEG, the real one, in WebAssembly (npm: @jsquash/jpeg). Loaded when the first file is.

import decodeFile, { init as initDecoder } from "@jsquash/jpeg/decode.js";
import encodePixels, { init as initEncoder } from "@jsquash/jpeg/encode.js";
import { RpcError } from "cortado";

let decoder: Promise<void> | undefined;
let encoder: Promise<void> | undefined;

/** Compiled while it arrives; nothing of it is made from text, so a strict policy does. */
const compiled = (module: URL) => WebAssembly.compileStreaming(fetch(module));

/** Upright, whatever its orientation is. Rejects with `invalid_argument` what is no JPEG. */
export async function decode(file: Uint8Array<ArrayBuffer>): Promise<ImageData> {
  decoder ??= compiled(new URL("./mozjpeg_dec.wasm", import.meta.url)).then(initDecoder);
  await decoder;
  try {
    return await decodeFile(file.buffer, { preserveOrientation: true });
  } catch (cause) {
    throw new RpcError("invalid_argument", "this is no JPEG file that can be read", { cause });
  }
}

/** Trellis quantisation is off: it would take three times as long for a tenth of the size. */
export async function encode(image: ImageData, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  encoder ??= compiled(new URL("./mozjpeg_enc.wasm", import.meta.url)).then(initEncoder);
  await encoder;
  return new Uint8Array(await encodePixels(image, { quality, baseline: true, progressive: false }));
}
