// SPDX-License-Identifier: Apache-2.0
// The file that names the current version of each worker's script and the hash of its content.
// bin/cortado-manifest.mjs writes it.
import { RpcError } from "../index.ts";

export interface Manifest {
  /** Of the whole; any text. */
  readonly version: string;
  readonly workers: { readonly [name: string]: ManifestEntry };
}

export interface ManifestEntry {
  /** Of the script; relative to the manifest's. */
  readonly url: string;
  /** Of the script's bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** Throws an RpcError when `text` is none; `from` is what people call it. */
export function parseManifest(text: string, from: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw noManifest(from, "it is not JSON", cause);
  }
  if (!isObject(value) || typeof value["version"] !== "string" || !isObject(value["workers"])) {
    throw noManifest(from, "it has no `version` that is a text, or no `workers`");
  }
  for (const [name, entry] of Object.entries(value["workers"])) {
    if (isEntry(entry)) continue;
    throw noManifest(from, `"${name}" has no \`url\`, or no \`sha256\` of 64 hexadecimal digits`);
  }
  return value as unknown as Manifest; // which has just been seen
}

function isEntry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { url, sha256 } = value as Partial<ManifestEntry>;
  return typeof url === "string" && typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function noManifest(from: string, why: string, cause?: unknown): RpcError {
  const reason = `${from} is no manifest of workers: ${why}; make it by cortado-manifest`;
  return new RpcError("failed_precondition", reason, { cause });
}

/** Hexadecimal digits. Rejects where the page has no cryptography, which is without TLS. */
export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    const reason = "hashes cannot be checked: serve the page over HTTPS, or from localhost";
    throw new RpcError("failed_precondition", reason);
  }
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
