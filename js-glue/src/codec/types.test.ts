// SPDX-License-Identifier: Apache-2.0
// What the types of generated code let one write; the compiler is the judge.
import { expectTypeOf, test } from "vitest";
import type * as imports from "../../../codegen/golden/imports/main.cortado.ts";
import type { SharedInit } from "../../../codegen/golden/imports/shared.cortado.ts";
import type * as interfaces from "../../../codegen/golden/interfaces.cortado.ts";
import type { Lists, ListsInit, Pointers, Side } from "../../../codegen/golden/lists.cortado.ts";
import type * as streams from "../../../codegen/golden/streams.cortado.ts";
import type {
  Shape,
  Shape as ShapeCodec,
  ShapeInit,
} from "../../../codegen/golden/unions.cortado.ts";
import type {
  CallOptions,
  InitOf,
  ItemStream,
  Items,
  ServerCall,
  UnknownEnumerant,
} from "./index.ts";

test("values as they are read", () => {
  expectTypeOf<Lists["int64s"]>().toEqualTypeOf<bigint[]>();
  expectTypeOf<Lists["datas"]>().toEqualTypeOf<Uint8Array[]>();
  expectTypeOf<Lists["deep"]>().toEqualTypeOf<number[][][]>();
  expectTypeOf<Lists["enums"]>().toEqualTypeOf<Side[]>();
  expectTypeOf<Side>().toEqualTypeOf<"buy" | "sell" | UnknownEnumerant>();
  expectTypeOf<Pointers>().toEqualTypeOf<{ text: string; next?: Pointers }>();
});

test("what was read can be written", () => {
  expectTypeOf<Lists>().toExtend<ListsInit>();
  expectTypeOf<Shape>().toExtend<ShapeInit>();
  expectTypeOf<InitOf<typeof ShapeCodec>>().toEqualTypeOf<ShapeInit>();
});

test("every member may be left out or undefined", () => {
  expectTypeOf<object>().toExtend<ListsInit>();
  expectTypeOf<{ int8s: undefined }>().toExtend<ListsInit>();
  expectTypeOf<{ float64s: Float64Array }>().toExtend<ListsInit>();
  expectTypeOf<{ texts: readonly string[] }>().toExtend<ListsInit>();
  expectTypeOf<{ color: number }>().toExtend<ShapeInit>();
});

test("wrong types are refused", () => {
  expectTypeOf<{ int64s: number[] }>().not.toExtend<ListsInit>();
  expectTypeOf<{ enums: "hold"[] }>().not.toExtend<ListsInit>();
  expectTypeOf<{ texts: string }>().not.toExtend<ListsInit>();
  expectTypeOf<{ which: "circle"; circle: string }>().not.toExtend<ShapeInit>();
  expectTypeOf<{ which: "star" }>().not.toExtend<ShapeInit>();
  // A member without `which` would be lost.
  expectTypeOf<{ circle: number }>().not.toExtend<ShapeInit>();
});

test("which tells members of a union apart", () => {
  const area = (shape: Shape): number => {
    expectTypeOf(shape.color).toEqualTypeOf<number>();
    switch (shape.which) {
      case "circle":
        expectTypeOf(shape.circle).toEqualTypeOf<number>();
        return shape.circle;
      case "rectangle":
        return shape.rectangle.width * shape.rectangle.height;
      case "point":
        expectTypeOf(shape.point?.x).toEqualTypeOf<number | undefined>();
        return 0;
      default:
        return 0;
    }
  };
  expectTypeOf(area).returns.toEqualTypeOf<number>();
});

test("clients and services", () => {
  type Client = interfaces.AnnotatedClient;
  expectTypeOf<Client["read"]>().toEqualTypeOf<
    (params: interfaces.Annotated_ReadParamsInit, options?: CallOptions) => Promise<interfaces.Item>
  >();
  // Without params there is nothing to say.
  expectTypeOf<interfaces.ManyClient["m0"]>().toBeCallableWith();
  type Service = interfaces.AnnotatedService;
  expectTypeOf<Parameters<Service["read"]>[0]>().toEqualTypeOf<interfaces.Annotated_ReadParams>();
  expectTypeOf<{ symbol: string }>().toExtend<ReturnType<Service["read"]>>();
  expectTypeOf<Parameters<imports.ServiceClient["exchange"]>[0]>().toEqualTypeOf<SharedInit>();
});

test("streams, as clients make them", () => {
  type Feed = streams.FeedClient;
  expectTypeOf<Feed["watch"]>().toEqualTypeOf<
    (params: streams.Feed_WatchParamsInit, options?: CallOptions) => ItemStream<streams.Line>
  >();
  expectTypeOf<Feed["all"]>().toBeCallableWith();
  expectTypeOf<Feed["upload"]>().toEqualTypeOf<
    (items: Items<streams.LineInit>, options?: CallOptions) => Promise<streams.Feed_UploadResults>
  >();
  expectTypeOf<Feed["chat"]>().returns.toEqualTypeOf<ItemStream<streams.Feed_ChatResults>>();
  // Whatever can be gone through may be sent; one item may not.
  expectTypeOf<streams.Line[]>().toExtend<Parameters<Feed["upload"]>[0]>();
  expectTypeOf<Set<{ text: string }>>().toExtend<Parameters<Feed["upload"]>[0]>();
  expectTypeOf<AsyncGenerator<streams.LineInit>>().toExtend<Parameters<Feed["chat"]>[0]>();
  expectTypeOf<{ text: string }>().not.toExtend<Parameters<Feed["upload"]>[0]>();
  expectTypeOf<{ text: number }[]>().not.toExtend<Parameters<Feed["upload"]>[0]>();
});

test("streams, as services answer them", () => {
  type Feed = streams.FeedService;
  expectTypeOf<Feed["watch"]>().parameters.toEqualTypeOf<[streams.Feed_WatchParams, ServerCall]>();
  expectTypeOf<AsyncGenerator<streams.LineInit>>().toExtend<ReturnType<Feed["watch"]>>();
  expectTypeOf<{ text: string }[]>().toExtend<ReturnType<Feed["watch"]>>();
  expectTypeOf<Promise<{ text: string }>>().not.toExtend<ReturnType<Feed["watch"]>>();
  expectTypeOf<Parameters<Feed["upload"]>[0]>().toEqualTypeOf<ItemStream<streams.Line>>();
  expectTypeOf<{ size: bigint }>().toExtend<ReturnType<Feed["upload"]>>();
  expectTypeOf<Parameters<Feed["chat"]>[0]>().toEqualTypeOf<ItemStream<streams.Line>>();
  expectTypeOf<ReturnType<Feed["chat"]>>().toEqualTypeOf<Items<streams.Feed_ChatResultsInit>>();
});
