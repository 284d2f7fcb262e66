// SPDX-License-Identifier: Apache-2.0
// Cortado, payloads written in shared memory and read there.
import { inPlaceOverBus } from "../cortado.ts";

export const { open, introduce } = inPlaceOverBus;
