// SPDX-License-Identifier: Apache-2.0
// Cortado over message ports.
import { overPort } from "../cortado.ts";

export const { open, introduce } = overPort;
