// SPDX-License-Identifier: Apache-2.0
// Whether the page is connected and by what, and what the client says about it in plain words.
import type { CarrierName, ClientState, Diagnosis, StateChange } from "cortado";
import { byId, make, setText } from "../../../common/dom.ts";
import { carrierNames } from "./cost-view.ts";

const stateWords: { readonly [state in ClientState]: string } = {
  connecting: "Connecting",
  open: "Connected",
  degraded: "Connected, but not in the best way",
  waiting: "Lost the server, connecting again",
  failed: "Failed",
  closed: "Closed",
};

export class ConnectionView {
  readonly #state = byId("state", HTMLElement);
  readonly #diagnosis = byId("diagnosis", HTMLUListElement);

  show({ state, carrier, error }: StateChange): void {
    this.#state.dataset["state"] = state;
    const why = error === undefined ? "" : `: ${error.reason}`;
    setText(this.#state, `${stateWords[state]} by ${carrierNames[carrier]}${why}`);
  }

  connecting(carrier: CarrierName): void {
    this.show({ state: "connecting", carrier, error: undefined });
  }

  diagnose({ carrier, why, findings, history }: Diagnosis): void {
    this.#diagnosis.replaceChildren(
      line("good", `Calls go by ${carrierNames[carrier]}: ${why}.`, ""),
      ...(history === undefined ? [] : [lineOf(history)]),
      ...findings.map(({ finding, cure }) => line("hint", `${capitalised(finding)}.`, cure)),
    );
  }
}

function lineOf({ connections, resumed, lost }: NonNullable<Diagnosis["history"]>): HTMLLIElement {
  const again =
    connections === 1 ? "no other was needed" : `${resumed} went on where the last ended`;
  const text = `Connections so far: ${connections}; ${again}.`;
  return lost === 0 ? line("good", text, "") : line("hint", text, `${lost} began anew`);
}

function line(level: "good" | "hint", text: string, cure: string): HTMLLIElement {
  const words = make("span", {}, text);
  if (cure !== "") words.append(make("small", {}, `${capitalised(cure)}.`));
  return make("li", { "data-level": level }, words);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
