// SPDX-License-Identifier: Apache-2.0
// A headless Chromium at the end of a bare DevTools pipe. It enables no DevTools domain: the
// Network domain, which test drivers enable, reports every WebSocket frame, and that alone tripled
// latencies. Knows nothing of what is measured.
import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { BrowserPage, isSpawned, newProfile, removeProfile } from "./browser-page.mjs";

const executables = ["chromium", "chromium-browser", "google-chrome"];

const flags = [
  "--headless=new",
  "--remote-debugging-pipe",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  // A page that is not in front would get a timer a second and a slow process.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

export class Chromium {
  #process;
  #pipe;
  #profile;

  /** Starts a browser with an empty profile. CHROMIUM names another executable. */
  static async launch() {
    const wanted = process.env.CHROMIUM ? [process.env.CHROMIUM] : executables;
    for (const executable of wanted) {
      const browser = new Chromium();
      if (await browser.#start(executable)) return browser;
    }
    throw new Error(`no Chromium found (${wanted.join(", ")}): install it or set CHROMIUM`);
  }

  async #start(executable) {
    this.#profile = newProfile();
    const args = [...flags, `--user-data-dir=${this.#profile}`];
    if (process.getuid?.() === 0) args.push("--no-sandbox");
    const child = spawn(executable, args, {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#process = child;
    const started = await isSpawned(child);
    if (started) this.#pipe = new DevToolsPipe(child);
    else removeProfile(this.#profile);
    return started;
  }

  /** "Chrome/156.0.8078.79" */
  async version() {
    return (await this.#pipe.send("Browser.getVersion")).product;
  }

  /** Opens `url`; with `cold` in a new context, where nothing is cached. */
  async open(url, { cold = false } = {}) {
    const context = cold ? await this.#pipe.send("Target.createBrowserContext") : {};
    const { targetId } = await this.#pipe.send("Target.createTarget", { url, ...context });
    const { sessionId } = await this.#pipe.send("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    return new Page(this.#pipe, { targetId, sessionId, ...context });
  }

  async close() {
    const exited = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      // The pipe may break before the answer comes: the exit is what is waited for.
      this.#pipe.send("Browser.close").catch(() => undefined);
      await exited;
    }
    removeProfile(this.#profile);
  }
}

class Page extends BrowserPage {
  #pipe;
  #ids;

  constructor(pipe, ids) {
    super();
    this.#pipe = pipe;
    this.#ids = ids;
  }

  /** The value of an expression, awaited if it is a promise; throws what the page throws. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.#pipe.send(
      "Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true },
      this.#ids.sessionId,
    );
    if (exceptionDetails === undefined) return result.value;
    const { exception, text } = exceptionDetails;
    throw new Error(exception?.description ?? exception?.value ?? text);
  }

  /** Any command of DevTools to this page. */
  send(method, params) {
    return this.#pipe.send(method, params, this.#ids.sessionId);
  }

  async close() {
    const { targetId, browserContextId } = this.#ids;
    if (browserContextId === undefined) await this.#pipe.send("Target.closeTarget", { targetId });
    else await this.#pipe.send("Target.disposeBrowserContext", { browserContextId });
  }
}

/** JSON messages that end with a zero byte: commands on file 3 of the child, answers on file 4. */
class DevToolsPipe {
  #out;
  #pending = new Map();
  #lastId = 0;
  #closed;

  constructor(child) {
    this.#out = child.stdio[3];
    const decoder = new StringDecoder("utf8");
    let rest = "";
    child.stdio[4].on("data", (chunk) => {
      const messages = (rest + decoder.write(chunk)).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#receive(JSON.parse(message));
    });
    this.#out.on("error", (error) => this.#fail(error));
    child.once("exit", (code, signal) =>
      this.#fail(new Error(`Chromium ended: ${signal ?? code}`)),
    );
  }

  send(method, params = {}, sessionId = undefined) {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const id = ++this.#lastId;
    this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#pending.set(id, { method, resolve, reject }));
  }

  #receive({ id, result, error }) {
    const call = this.#pending.get(id);
    if (call === undefined) return; // an event
    this.#pending.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(`${call.method}: ${error.message}`));
  }

  #fail(error) {
    this.#closed ??= error;
    for (const call of this.#pending.values()) call.reject(error);
    this.#pending.clear();
  }
}
