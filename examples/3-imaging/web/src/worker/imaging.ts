// SPDX-License-Identifier: Apache-2.0
// The service of a worker: what imaging.capnp says, by the kernel and the codec.
import type { ItemStream, ServerCall } from "cortado";
import { RpcError } from "cortado";
import type {
  BandInit,
  Imaging_DecodeParams,
  Imaging_DevelopParams,
  Imaging_EncodeParams,
  Imaging_EncodeResultsInit,
  Imaging_LandscapeParams,
  ImagingService,
  Source,
} from "../generated/imaging.cortado.ts";
import { cut, pixelSize, planOf } from "../plan.ts";
import { bandsOf } from "./bands.ts";
import { Kernel, type Room } from "./kernel.ts";

const pieceSize = 4 << 20;

export class Imaging implements ImagingService {
  readonly #room: Room;
  #kernel: Promise<Kernel> | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  /** With the first call: only then it is known whether memory is shared. */
  #started(): Promise<Kernel> {
    this.#kernel ??= Kernel.start(this.#room);
    return this.#kernel;
  }

  async *landscape(
    params: Imaging_LandscapeParams,
    { signal }: ServerCall,
  ): AsyncIterable<BandInit> {
    const kernel = await this.#started();
    const { exports } = kernel;
    const { width, height, first, count } = params;
    const making = {
      plan: params,
      rows: params,
      scratchSize: exports.landscape_size(width, count),
      begin: (scratch: number) => exports.landscape_begin(scratch, width, height, count, first),
      make: (scratch: number, rows: { count: number }, result: number) =>
        exports.landscape_rows(scratch, rows.count, result),
    };
    yield* bandsOf(kernel, this.#room, making, signal);
  }

  async *develop(params: Imaging_DevelopParams, { signal }: ServerCall): AsyncIterable<BandInit> {
    const kernel = await this.#started();
    const { exports } = kernel;
    const { width, height, first, source, settings: of } = params;
    if (source === undefined || of === undefined) {
      throw new RpcError("invalid_argument", "there is no source, or there are no settings");
    }
    const developSize = exports.develop_size(width);
    const making = {
      plan: params,
      rows: params,
      scratchSize: developSize + copiedSizeOf(kernel, source),
      begin: (scratch: number) =>
        exports.develop_begin(
          ...[scratch, addressOf(kernel, source, scratch + developSize), source.first],
          ...[width, height, first, of.exposure, of.contrast, of.warmth, of.saturation],
          ...[of.denoise, of.sharpness, of.radius, of.vignette],
        ),
      make: (scratch: number, rows: { count: number }, result: number) =>
        exports.develop_rows(scratch, rows.count, result),
    };
    try {
      yield* bandsOf(kernel, this.#room, making, signal);
    } finally {
      if (source.which === "pixels") this.#room.release(source.pixels);
    }
  }

  async *decode(
    pieces: ItemStream<Imaging_DecodeParams>,
    { signal }: ServerCall,
  ): AsyncIterable<BandInit> {
    const parts: Uint8Array<ArrayBufferLike>[] = [];
    let wanted: { largest: number; bands: number } | undefined;
    for await (const { piece, largest, bands } of pieces) {
      wanted ??= { largest, bands };
      parts.push(new Uint8Array(piece));
      this.#room.release(piece);
    }
    const { decode } = await import("./codec.ts");
    const { width, height, data } = await decode(joined(parts));
    const kernel = await this.#started();
    const rowSize = width * pixelSize;
    const plan = planOf(width, height, wanted);
    const making = {
      plan,
      rows: { first: 0, count: height },
      scratchSize: 0,
      begin() {},
      make(_scratch: number, { first, count }: { first: number; count: number }, result: number) {
        const rows = data.subarray(first * rowSize, (first + count) * rowSize);
        kernel.view(result, rows.length).set(rows);
      },
    };
    yield* bandsOf(kernel, this.#room, making, signal);
  }

  async *encode(
    pieces: ItemStream<Imaging_EncodeParams>,
  ): AsyncIterable<Imaging_EncodeResultsInit> {
    let image: ImageData | undefined;
    let quality = 0;
    let filled = 0;
    for await (const piece of pieces) {
      if (image === undefined) {
        image = new ImageData(piece.width, piece.height);
        quality = piece.quality;
      }
      image.data.set(piece.pixels, filled);
      filled += piece.pixels.length;
      this.#room.release(piece.pixels);
    }
    if (image === undefined || filled !== image.data.length) {
      throw new RpcError("invalid_argument", "there are fewer pixels than the picture has");
    }
    const { encode } = await import("./codec.ts");
    const file = await encode(image, quality);
    for (const { first, count } of cut({ first: 0, count: file.length }, pieceSize)) {
      yield { piece: file.subarray(first, first + count) };
    }
  }
}

/** How much scratch memory rows take that do not lie in the kernel's memory. */
function copiedSizeOf(kernel: Kernel, source: Source): number {
  if (source.which !== "pixels" || kernel.addressOf(source.pixels) !== undefined) return 0;
  return source.pixels.length;
}

/** Where the rows are, copied to `room` if they must be. */
function addressOf(kernel: Kernel, source: Source, room: number): number {
  if (source.which === "address") return source.address;
  if (source.which !== "pixels") throw new RpcError("invalid_argument", "no such source");
  const there = kernel.addressOf(source.pixels);
  if (there !== undefined) return there;
  kernel.view(room, source.pixels.length).set(source.pixels);
  return room;
}

function joined(parts: readonly Uint8Array<ArrayBufferLike>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
