// SPDX-License-Identifier: Apache-2.0
// From the inspector's WebSocket of a stock WebKitGTK to a Playwright page. Playwright speaks that
// protocol to its own build; for a stock one three things need mending, each named below.
import { once } from "node:events";
import type { Browser, BrowserContext, BrowserType, Page } from "@playwright/test";
import WebSocket, { type RawData } from "ws";

// libsoup refuses WebSocket frames above 128 KiB, and Playwright's own script is larger.
const frameSizeMax = 64 * 1024;
const messageSizeMax = 256 * 1024 * 1024;

interface InspectorMessage {
  readonly method?: string;
  readonly params?: {
    readonly targetId?: string;
    readonly targetInfo?: { readonly targetId: string; readonly isProvisional?: boolean };
    readonly message?: string;
  };
}

/** What Playwright's connectOverCDP takes in place of an address. */
interface Transport {
  send(message: object): void;
  close(): void;
  open(): void;
  onmessage?: (message: object) => void;
  onclose?: () => void;
}

export interface InspectedPage {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
}

export async function connectInspector(type: BrowserType, url: string): Promise<InspectedPage> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: messageSizeMax });
  const transport = transportOf(socket);
  await once(socket, "open");
  // The types know an address only.
  const browser = await type.connectOverCDP(transport as unknown as string);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error("the inspector offers no context");
  const page = context.pages()[0] ?? (await context.waitForEvent("page"));
  return { browser, context, page };
}

function transportOf(socket: WebSocket): Transport {
  const isStale = staleTargetFilter();
  // WebKit announces its page at once: what comes before Playwright listens is kept.
  const early: object[] = [];
  let isOpen = false;
  const transport: Transport = {
    send(message) {
      const bytes = Buffer.from(JSON.stringify(message));
      for (let start = 0; start < bytes.length; start += frameSizeMax) {
        const end = Math.min(start + frameSizeMax, bytes.length);
        socket.send(bytes.subarray(start, end), { binary: false, fin: end === bytes.length });
      }
    },
    close: () => socket.close(),
    open() {
      isOpen = true;
      for (const message of early.splice(0)) transport.onmessage?.(message);
    },
  };
  socket.on("message", (data: RawData) => {
    const message = JSON.parse(String(data)) as InspectorMessage;
    if (isStale(message)) return;
    if (isOpen) transport.onmessage?.(message);
    else early.push(message);
  });
  socket.on("close", () => transport.onclose?.());
  return transport;
}

/**
 * When a navigation moves the page to another process, the old target reports that its document
 * load was cancelled. Playwright would take that for a failed goto().
 */
function staleTargetFilter(): (message: InspectorMessage) => boolean {
  let provisional: string | undefined;
  return ({ method, params }) => {
    if (method === "Target.targetCreated" && params?.targetInfo?.isProvisional) {
      provisional = params.targetInfo.targetId;
    }
    const isGone = method === "Target.targetDestroyed" && params?.targetId === provisional;
    if (method === "Target.didCommitProvisionalTarget" || isGone) provisional = undefined;
    return (
      provisional !== undefined &&
      method === "Target.dispatchMessageFromTarget" &&
      params?.targetId !== provisional &&
      params?.message?.startsWith('{"method":"Network.loadingFailed"') === true &&
      params.message.includes('"canceled":true')
    );
  };
}
