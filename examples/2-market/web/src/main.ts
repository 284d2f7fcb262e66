// SPDX-License-Identifier: Apache-2.0
// Starts the dashboard.
import "uplot/dist/uPlot.min.css";
import "../styles/index.css";
import { Dashboard } from "./dashboard.ts";

await new Dashboard().run();
