// SPDX-License-Identifier: Apache-2.0
// Makes a client. Everything that takes time begins here, at once and side by side: the module
// compiles while it arrives, the socket connects meanwhile, and with `auto` the first calls go by
// fetch until both are there.
import { addressesOf } from "./address.ts";
import { type CarrierChoice, Client } from "./client.ts";
import { EarlySocket, type WebSocketConstructor } from "./early-socket.ts";
import { abortError, RpcError } from "./errors.ts";
import { FetchCarrier } from "./fetch-carrier.ts";
import { loadCore, type WasmSource } from "./load-core.ts";
import type { TabSharing } from "./tabs/sharing.ts";

export interface ConnectOptions {
  /** Default: `auto`. */
  carrier?: CarrierChoice;
  /** Where cortado.wasm is, when it is not beside this package's own code. */
  wasm?: WasmSource;
  /** Of calls that state none and whose method has no $deadline. Default 30,000; 0: for ever. */
  timeoutMs?: number;
  /** Gives up connecting. */
  signal?: AbortSignal;
  /** Of calls by fetch. Default: `same-origin`. */
  credentials?: RequestCredentials;
  /**
   * Whether tabs of one browser share one connection, each with its own session. `share` keeps fewer
   * sockets open; `own` is a hop faster, and no other tab can slow it. Default: `own`.
   */
  tabs?: "own" | "share";
  /** Instead of the global one: to add headers, or in tests. */
  fetch?: typeof fetch;
  /** Instead of the global one: where there is none, or in tests. */
  webSocket?: WebSocketConstructor;
}

const timeoutMsDefault = 30_000;

/**
 * Connects to a Cortado server; without an address to the one this page came from.
 *
 * With `carrier: "websocket"` it resolves when the connection is open, and rejects when there is
 * none. Otherwise it resolves at once, and calls are made by the best carrier there is.
 */
export async function connect(url?: string | URL, options: ConnectOptions = {}): Promise<Client> {
  const { signal, carrier: choice = "auto" } = options;
  if (signal?.aborted) throw abortError(signal);
  const addresses = addressesOf(url);
  const pageFetch = options.fetch ?? ((input, init) => fetch(input, init));
  const webSocket = options.webSocket ?? globalThis.WebSocket;
  const client = new Client({
    choice,
    webSocketUrl: addresses.webSocket,
    webSocket,
    timeoutMs: options.timeoutMs ?? timeoutMsDefault,
    fetchCarrier: new FetchCarrier({
      url: addresses.http,
      fetch: pageFetch,
      credentials: options.credentials ?? "same-origin",
    }),
    probe: () => answers(addresses.http, pageFetch),
  });
  if (choice === "fetch") return client;
  const attach = () => attachSocket(client, addresses.webSocket, webSocket, options);
  if (choice === "websocket") return untilOpen(client, attach(), signal);
  // After this turn: its calls leave first, on the connection that the page itself came by.
  setTimeout(() => {
    if (client.state === "closed") return;
    attach().catch((thrown: unknown) => client.giveUpSocket(RpcError.from(thrown)));
  });
  return client;
}

async function attachSocket(
  client: Client,
  url: string,
  webSocket: WebSocketConstructor | undefined,
  { tabs, wasm }: ConnectOptions,
): Promise<void> {
  if (webSocket === undefined) {
    throw new RpcError("failed_precondition", "there is no WebSocket here: give one as an option");
  }
  let sharing: TabSharing | undefined;
  if (tabs === "share") {
    try {
      sharing = (await import("./tabs/share.ts")).shareTabs(url, webSocket);
    } catch (thrown) {
      reportError(thrown); // it can do without
    }
    if (client.state === "closed") return;
  }
  client.prepare(new EarlySocket(sharing?.webSocket ?? webSocket, url), sharing);
  client.attach(await loadCore(wasm));
}

/** The client once it is open; closed when that fails or is given up. */
async function untilOpen(
  client: Client,
  attaching: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Client> {
  const open = client.until(({ state, error }) => {
    if (state === "open") return true;
    throw error ?? new RpcError("unavailable", "no connection");
  }, signal);
  try {
    await Promise.race([open, attaching.then(() => open)]);
    return client;
  } catch (thrown) {
    client.close();
    throw RpcError.from(thrown);
  }
}

/** Whether anything at all answers there; the answer itself does not matter. */
async function answers(url: string, pageFetch: typeof fetch): Promise<boolean> {
  try {
    await pageFetch(url, { method: "GET", cache: "no-store" });
    return true;
  } catch {
    return false; // that is the answer
  }
}
