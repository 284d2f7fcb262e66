// SPDX-License-Identifier: Apache-2.0
import coincident from "coincident/worker";
import { checkOf } from "../payload.ts";

const { proxy } = await coincident();
proxy.check = (payload: Uint8Array) => checkOf(payload);
