// SPDX-License-Identifier: Apache-2.0
// How a call can end other than by its result. Every promise settles, and the server knows.
import { expect, test } from "../fixtures.ts";

for (const carrier of ["websocket", "fetch"] as const) {
  test(`an aborted call rejects at once and stops the handler, by ${carrier}`, async ({
    page,
    service,
  }) => {
    await page.goto(service.url);
    const code = await page.evaluate(async (carrier) => {
      const { connect, RpcError } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      const probe = new ProbeClient(client);
      const controller = new AbortController();
      const call = probe.never({}, { signal: controller.signal });
      const other = new ProbeClient(await connect(undefined, { carrier: "websocket" }));
      await other.journal({ started: 1 });
      controller.abort();
      const error = await call.catch((error: unknown) => error);
      await other.journal({ stopped: 1 });
      return error instanceof RpcError ? error.code : String(error);
    }, carrier);
    expect(code).toBe("cancelled");
  });

  test(`a call that takes too long rejects and stops the handler, by ${carrier}`, async ({
    page,
    service,
  }) => {
    await page.goto(service.url);
    const codes = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      const probe = new ProbeClient(client);
      const code = (error: { code: string }) => error.code;
      const codes = [
        await probe.never({}, { timeoutMs: 100 }).catch(code),
        await probe.hurried({ ms: 60_000 }).catch(code), // $deadline(300) in the schema
      ];
      const other = new ProbeClient(await connect(undefined, { carrier: "websocket" }));
      await other.journal({ stopped: 2 });
      return codes;
    }, carrier);
    expect(codes).toEqual(["deadline_exceeded", "deadline_exceeded"]);
  });

  test(`a status of the handler arrives whole, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const failures = await page.evaluate(async (carrier) => {
      const { connect, RpcError } = await import("cortado");
      const { ProbeClient, Reason } = await import("probe");
      const client = await connect(undefined, { carrier });
      const probe = new ProbeClient(client);
      const failure = (error: unknown) => {
        if (!(error instanceof RpcError)) throw error;
        const { code, reason, details } = error;
        return { code, reason, hint: details && Reason.decode(details.message).hint };
      };
      const calls = Array.from({ length: 16 }, (_, index) =>
        probe.fail({ code: index + 1, message: `no ☕️ ${index + 1}` }).then(() => "ok", failure),
      );
      calls.push(
        probe.fail({ code: 5, message: "none", hint: "try tea" }).then(() => "ok", failure),
      );
      return Promise.all(calls);
    }, carrier);
    const codes = [
      ...["cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found"],
      ...["already_exists", "permission_denied", "resource_exhausted", "failed_precondition"],
      ...["aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss"],
      "unauthenticated",
    ];
    expect(failures).toEqual([
      ...codes.map((code, index) => ({ code, reason: `no ☕️ ${index + 1}`, hint: undefined })),
      { code: "not_found", reason: "none", hint: "try tea" },
    ]);
  });

  test(`the text of an unexpected exception stays on the server, by ${carrier}`, async ({
    page,
    service,
  }) => {
    await page.goto(service.url);
    const message = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      return new ProbeClient(client).break({}).catch((error: Error) => error.message);
    }, carrier);
    expect(message).toContain("internal");
    expect(message).not.toContain("secret");
    expect(service.output).toContain("secret");
  });

  test(`close() rejects what is in flight, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const codes = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier });
      const probe = new ProbeClient(client);
      const code = (error: { code: string }) => error.code;
      const pending = [probe.never({}).catch(code), probe.wait({ ms: 60_000 }).catch(code)];
      client.close();
      return Promise.all([...pending, probe.count({}).catch(code)]);
    }, carrier);
    expect(codes).toEqual(["cancelled", "cancelled", "cancelled"]);
  });
}

test("one slow call delays no other", async ({ page, service }) => {
  await page.goto(service.url);
  const order = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket" });
    const probe = new ProbeClient(client);
    const order: number[] = [];
    await Promise.all(
      [300, 150, 0].map(async (ms) => {
        await probe.wait({ ms });
        order.push(ms);
      }),
    );
    return order;
  });
  expect(order).toEqual([0, 150, 300]);
});

test("aborting one member of a batch leaves the others alone", async ({ page, service }) => {
  await page.goto(service.url);
  const outcomes = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "fetch" });
    const probe = new ProbeClient(client);
    const controller = new AbortController();
    const calls = [
      probe.never({}, { signal: controller.signal }),
      probe.digest({ data: new Uint8Array(3) }),
      probe.wait({ ms: 50 }),
    ];
    controller.abort();
    return (await Promise.allSettled(calls)).map(({ status }) => status);
  });
  expect(outcomes).toEqual(["rejected", "fulfilled", "fulfilled"]);
});
