// SPDX-License-Identifier: Apache-2.0
// The page's connection by one carrier, measured. To change the carrier one opens another session.
// Knows no view.
import {
  type CarrierName,
  type Client,
  type ClientState,
  connect,
  type Diagnosis,
  type StateChange,
} from "cortado";
import { MarketClient } from "./generated/market.cortado.ts";
import { Meter, type Turn } from "./meter.ts";
import type { Network } from "./network.ts";
import { TrafficCounter } from "./traffic.ts";

export interface SessionListener {
  onTurn(turn: Turn): void;
  onState(change: StateChange): void;
}

export class Session {
  readonly carrier: CarrierName;
  readonly market: MarketClient;
  readonly #client: Client;

  private constructor(client: Client, carrier: CarrierName, market: MarketClient) {
    this.#client = client;
    this.carrier = carrier;
    this.market = market;
  }

  static async open(
    carrier: CarrierName,
    network: Network,
    listener: SessionListener,
  ): Promise<Session> {
    const traffic = new TrafficCounter(network);
    const { fetch, webSocket } = traffic;
    const client = await connect(undefined, { carrier, fetch, webSocket });
    client.onStateChange((change) => listener.onState(change));
    // A generated client takes any channel: here the connection behind a meter.
    const meter = new Meter(client, carrier, traffic, (turn) => listener.onTurn(turn));
    return new Session(client, carrier, new MarketClient(meter));
  }

  get state(): ClientState {
    return this.#client.state;
  }

  diagnose(): Diagnosis {
    return this.#client.diagnose();
  }

  close(): void {
    this.#client.close();
  }
}
