// SPDX-License-Identifier: Apache-2.0
// From one worker to another, without the page on the way: the page has introduced them.
import type { Participant } from "../bus/participant.ts";
import { endThatAccepts, endThatConnects, type Services } from "../index.ts";
import type { PeerOffer, Place } from "./greeting.ts";
import { LocalLink, type LocalLinkOptions } from "./local-link.ts";

export class PeerLink extends LocalLink {
  protected override readonly leftWords: string;
  protected override readonly silentWords: string;

  /** Both serve what they serve to the page. */
  constructor({ accepts, name }: PeerOffer, options: LocalLinkOptions, services: Services) {
    super(accepts ? endThatAccepts : endThatConnects, options, name, services);
    this.leftWords = `the worker ${name} has left`;
    this.silentWords = `the worker ${name} hangs: it gives no sign of life`;
  }

  /** `place`: where the other is, on the bus that both are on. */
  meet(port: MessagePort, participant: Participant | undefined, place: Place | undefined) {
    return participant === undefined || place === undefined
      ? this.meetByPort(port)
      : this.meetOnBus(port, participant, place);
  }
}
