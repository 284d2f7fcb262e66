// SPDX-License-Identifier: Apache-2.0
// A headless Firefox at the end of a bare WebDriver BiDi connection, which subscribes to no events.
// Knows nothing of what is measured.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { BrowserPage, isSpawned, newProfile, removeProfile } from "./browser-page.mjs";

const executables = ["firefox", "firefox-esr"];

const preferences = {
  // Else performance.now() steps by 20 µs where it is isolated, and by 1 ms where not.
  "privacy.reduceTimerPrecision": false,
  "privacy.reduceTimerPrecision.unconditional": false,
  // A page that is not in front would get few timers and a slow process.
  "dom.min_background_timeout_value": 4,
  "dom.timeout.enable_budget_timer_throttling": false,
  "dom.ipc.processPriorityManager.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.server": "",
};

export class Firefox {
  #process;
  #profile;
  #connection;
  #version;

  /** Starts a browser with an empty profile. FIREFOX names another executable. */
  static async launch() {
    const wanted = process.env.FIREFOX ? [process.env.FIREFOX] : executables;
    for (const executable of wanted) {
      const browser = new Firefox();
      if (await browser.#start(executable)) return browser;
    }
    throw new Error(`no Firefox found (${wanted.join(", ")}): install it or set FIREFOX`);
  }

  async #start(executable) {
    this.#profile = newProfile();
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(`${this.#profile}/user.js`, lines.join(""));
    const args = ["--headless", "--no-remote", "--profile", this.#profile];
    const child = spawn(executable, [...args, "--remote-debugging-port=0"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    if (!(await isSpawned(child))) {
      removeProfile(this.#profile);
      return false;
    }
    this.#connection = await BidiConnection.open(`${await addressOf(child)}/session`);
    const { capabilities } = await this.#connection.send("session.new", { capabilities: {} });
    this.#version = `Firefox/${capabilities.browserVersion}`;
    return true;
  }

  /** "Firefox/153.7" */
  async version() {
    return this.#version;
  }

  async open(url) {
    const { context } = await this.#connection.send("browsingContext.create", { type: "tab" });
    await this.#connection.send("browsingContext.navigate", { context, url, wait: "complete" });
    return new Page(this.#connection, context);
  }

  async close() {
    const exited = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      // The connection may break before the answer comes: the exit is what is waited for.
      this.#connection.send("browser.close", {}).catch(() => undefined);
      await exited;
    }
    removeProfile(this.#profile);
  }
}

class Page extends BrowserPage {
  #connection;
  #context;

  constructor(connection, context) {
    super();
    this.#connection = connection;
    this.#context = context;
  }

  /** The value of an expression, awaited if it is a promise; throws what the page throws. */
  async evaluate(expression) {
    const { type, result, exceptionDetails } = await this.#connection.send("script.evaluate", {
      // As text: BiDi has types of its own for everything.
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value))`,
      awaitPromise: true,
      target: { context: this.#context },
    });
    if (type === "exception") throw new Error(exceptionDetails.text);
    return result.type === "string" ? JSON.parse(result.value) : undefined;
  }

  async close() {
    await this.#connection.send("browsingContext.close", { context: this.#context });
  }
}

/** Where it listens: it says so where it says what is wrong. */
async function addressOf(child) {
  const lines = createInterface(child.stderr);
  const said = [];
  for await (const line of lines) {
    const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
    if (address !== undefined) {
      child.stderr.resume(); // else it would block when it says more
      return address;
    }
    said.push(line);
  }
  throw new Error(`Firefox ended:\n${said.join("\n")}`);
}

/** Commands and their answers, as JSON. */
class BidiConnection {
  #socket;
  #pending = new Map();
  #lastId = 0;
  #closed;

  static open(url) {
    const socket = new WebSocket(url, { maxPayload: 0 });
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(new BidiConnection(socket)));
      socket.once("error", reject);
    });
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(JSON.parse(data)));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("Firefox has closed the connection")));
  }

  send(method, params) {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#pending.set(id, { method, resolve, reject }));
  }

  #receive({ id, type, result, error, message }) {
    const call = this.#pending.get(id);
    if (call === undefined) return; // an event
    this.#pending.delete(id);
    if (type === "success") call.resolve(result);
    else call.reject(new Error(`${call.method}: ${error}: ${message}`));
  }

  #fail(error) {
    this.#closed ??= error;
    for (const call of this.#pending.values()) call.reject(error);
    this.#pending.clear();
  }
}
