// SPDX-License-Identifier: Apache-2.0
// A worker of the darkroom. It serves two services to the page that made it.
import { connectPage } from "cortado/workers";
import { imagingService, roundService } from "./generated/imaging.cortado.ts";
import { Imaging } from "./worker/imaging.ts";
import { round } from "./worker/round.ts";

const page = connectPage({ payloads: "in-place" });
page.serve(imagingService(new Imaging(page)));
page.serve(roundService(round));
