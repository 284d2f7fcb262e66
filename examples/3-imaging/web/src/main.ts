// SPDX-License-Identifier: Apache-2.0
// Starts the darkroom; in the console it is `darkroom`.
import "../styles/index.css";
import { Darkroom } from "./darkroom.ts";

const darkroom = new Darkroom(new URLSearchParams(location.search));
Object.assign(globalThis, { darkroom });
await darkroom.run();
