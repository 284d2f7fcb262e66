// SPDX-License-Identifier: Apache-2.0
// Cortado over message ports.
import type { OpenBus } from "../connection.ts";
import { openCortado } from "../cortado.ts";

export const open: OpenBus = async (script) => openCortado(script, {});
