// SPDX-License-Identifier: Apache-2.0
import { connectPage } from "cortado/workers";
import { checkerService } from "../../dist/schema/bus.cortado.ts";
import { checkOf } from "../payload.ts";

connectPage().serve(checkerService({ check: ({ payload }) => ({ check: checkOf(payload) }) }));
