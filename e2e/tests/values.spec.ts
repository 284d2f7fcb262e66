// SPDX-License-Identifier: Apache-2.0
// Every kind of value, there and back, by both carriers. No value changes silently on the way.
import { expect, test } from "../fixtures.ts";

for (const carrier of ["websocket", "fetch"] as const) {
  test(`values of every kind survive, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const { sent, received } = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const sent = {
        flag: true,
        int8: -128,
        int16: -32_768,
        int32: -2_147_483_648,
        int64: -(2n ** 63n),
        uint8: 255,
        uint16: 65_535,
        uint32: 4_294_967_295,
        uint64: 2n ** 64n - 1n,
        float32: 0.5,
        float64: 0.1,
        text: "Zażółć 珈琲 ☕️ \u0000 \u{10FFFF}",
        data: Uint8Array.from({ length: 256 }, (_, index) => index),
        roast: "dark" as const,
        bean: { name: "Geisha", grams: 18.5 },
        numbers: [0n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n],
        texts: ["", "a", "é"],
        beans: [
          { name: "Bourbon", grams: 9 },
          { name: "", grams: 0 },
        ],
        matrix: [[1, 2.5], [], [Number.MAX_VALUE, Number.MIN_VALUE]],
        flags: [true, false, true, true, false, false, true, false, true],
        roasts: ["light", "dark"] as const,
        cup: { which: "guest", guest: { name: "Ada", age: 36 } } as const,
      };
      const client = await connect(undefined, { carrier });
      const { value } = await new ProbeClient(client).echo({ value: sent });
      return { sent, received: value };
    }, carrier);
    expect(received).toEqual(sent);
  });

  test(`floats that are no ordinary numbers survive, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const received = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      const row = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-310];
      const { value } = await new ProbeClient(client).echo({
        value: { matrix: [row], float32: Number.NaN, float64: Number.NEGATIVE_INFINITY },
      });
      return [...(value?.matrix[0] ?? []), value?.float32, value?.float64].map(String);
    }, carrier);
    expect(received).toEqual(["NaN", "Infinity", "-Infinity", "1e-310", "NaN", "-Infinity"]);
  });

  test(`what is left out has its default, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const received = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      const { value } = await new ProbeClient(client).echo({ value: {} });
      return value;
    }, carrier);
    expect(received).toMatchObject({
      flag: false,
      int64: 0n,
      float64: 0,
      text: "",
      data: new Uint8Array(),
      roast: "light",
      numbers: [],
      beans: [],
      cup: { which: "empty" },
    });
    expect(received).not.toHaveProperty("bean"); // a null struct is absent, not empty
  });

  test(`1 MiB goes there and comes back, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const { size, sum, wrongAt } = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      const probe = new ProbeClient(client);
      const { size, sum } = await probe.digest({ data: new Uint8Array(1024 * 1024).fill(255) });
      const { data } = await probe.produce({ size: 1024 * 1024 });
      return { size, sum, wrongAt: data.findIndex((byte, index) => byte !== index % 251) };
    }, carrier);
    expect({ size, sum, wrongAt }).toEqual({ size: 1_048_576, sum: 267_386_880, wrongAt: -1 });
  });
}

test("ten thousand list elements survive", async ({ page, service }) => {
  await page.goto(service.url);
  const equal = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket" });
    const value = {
      numbers: Array.from({ length: 10_000 }, (_, index) => BigInt(index) ** 3n),
      beans: Array.from({ length: 10_000 }, (_, index) => ({
        name: `bean ${index}`,
        grams: index,
      })),
    };
    const answer = await new ProbeClient(client).echo({ value });
    return (
      value.numbers.every((number, index) => number === answer.value?.numbers[index]) &&
      value.beans.every(({ name }, index) => name === answer.value?.beans[index]?.name)
    );
  });
  expect(equal).toBe(true);
});

test("an enumerant this side does not know is kept as its number", async ({ page, service }) => {
  await page.goto(service.url);
  const roast = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket" });
    // A newer page has an enumerant more; the cast stands for its newer schema.
    const { value } = await new ProbeClient(client).echo({ value: { roast: 77 as never } });
    return value?.roast;
  });
  expect(roast).toBe(77);
});
