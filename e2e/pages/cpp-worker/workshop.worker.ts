// SPDX-License-Identifier: Apache-2.0
// All the JavaScript of a worker whose services are in C++.
import { pageSocket } from "cortado/workers";
import startWorkshop from "../../dist/worker/workshop.js";

await startWorkshop({ cortadoPage: pageSocket() });
