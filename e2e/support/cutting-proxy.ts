// SPDX-License-Identifier: Apache-2.0
// The network between a page and a server, to be broken: it passes bytes on until it is told to cut
// the connections, to let nobody through, or to forget those that there are.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #forgotten = new WeakSet<Socket>();
  #isRefusing = false;
  #cutSizes: Iterator<number> | undefined;
  #bytesToCut = Number.POSITIVE_INFINITY;
  #cutCount = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    server.on("connection", (socket) => this.#join(socket, targetPort));
  }

  /** In front of a server on this machine. */
  static async start(targetPort: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(createServer().listen(0, "127.0.0.1"), targetPort);
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on TCP
    return `http://127.0.0.1:${port}`;
  }

  /** How often connections were cut. */
  get cutCount(): number {
    return this.#cutCount;
  }

  /** Ends all connections without a word, wherever in a frame they are. */
  cut(): void {
    ++this.#cutCount;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  /** Cuts once so many bytes have passed, counted both ways together; then after as many as come next. */
  cutAfter(sizes: Iterable<number>): void {
    this.#cutSizes = sizes[Symbol.iterator]();
    this.#nextCut();
  }

  /** Cuts, and lets nobody through until pass(). */
  refuse(): void {
    this.#isRefusing = true;
    this.cut();
  }

  pass(): void {
    this.#isRefusing = false;
  }

  /** Connections stay, but nothing they send arrives any more: a router has forgotten them. */
  forget(): void {
    for (const socket of this.#sockets) this.#forgotten.add(socket);
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #nextCut(): void {
    const next = this.#cutSizes?.next();
    this.#bytesToCut = next === undefined || next.done ? Number.POSITIVE_INFINITY : next.value;
  }

  #join(client: Socket, targetPort: number): void {
    if (this.#isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(targetPort, "127.0.0.1");
    this.#passOn(client, server);
    this.#passOn(server, client);
  }

  #passOn(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    // Resets are what this is for; the other side learns of them by its own.
    from.on("error", () => to.resetAndDestroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      if (!this.#forgotten.has(from)) to.destroySoon();
    });
    from.on("data", (bytes: Buffer) => {
      if (this.#forgotten.has(from)) return;
      if (bytes.length < this.#bytesToCut) {
        this.#bytesToCut -= bytes.length;
        if (!to.write(bytes)) {
          from.pause();
          to.once("drain", () => from.resume());
        }
        return;
      }
      // The last bytes are on their way before the reset, so that a frame arrives in part.
      to.write(bytes.subarray(0, this.#bytesToCut), () => this.cut());
      from.pause();
      this.#nextCut();
    });
  }
}
