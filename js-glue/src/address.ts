// SPDX-License-Identifier: Apache-2.0
// From the address a user gives to the addresses of the two carriers.
import { RpcError } from "./errors.ts";

export interface Addresses {
  /** `ws:` or `wss:`, for the binary carrier. */
  readonly webSocket: string;
  /** `http:` or `https:`, for JSON-RPC. */
  readonly http: string;
}

const defaultPath = "/rpc";

/**
 * `http:`, `https:`, `ws:` and `wss:` all name the same server; what is relative belongs to the
 * page; no path, or "/", means /rpc.
 */
export function addressesOf(url: string | URL | undefined): Addresses {
  const page = globalThis.location?.href;
  const parsed = parse(url ?? page, page);
  const [, secure] = /^(?:http|ws)(s?):$/.exec(parsed.protocol) ?? [];
  if (secure === undefined) {
    throw new RpcError("invalid_argument", `${parsed.href} is no address of http or ws`);
  }
  const path = url === undefined || parsed.pathname === "/" ? defaultPath : parsed.pathname;
  const rest = `${secure}://${parsed.host}${path.replace(/\/$/, "")}`;
  return { webSocket: `ws${rest}`, http: `http${rest}` };
}

function parse(url: string | URL | undefined, page: string | undefined): URL {
  try {
    return new URL(url ?? "", page);
  } catch (cause) {
    const reason = `"${url}" is no address: connect("https://host"), or nothing in a page of the server's`;
    throw new RpcError("invalid_argument", reason, { cause });
  }
}
