// SPDX-License-Identifier: Apache-2.0
// The types of what cortado_worker() makes of a C++ program.
import type { PageSocket } from "cortado/workers";

export interface ProgramOptions {
  /** pageSocket(). */
  readonly cortadoPage: PageSocket;
  /** Where the .wasm file is, if not beside the script. */
  readonly locateFile?: (file: string, folder: string) => string;
}

/** Fulfilled when main() has returned; rejects when the program cannot be loaded. */
export default function start(options: ProgramOptions): Promise<unknown>;
