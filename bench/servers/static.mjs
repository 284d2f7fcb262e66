// SPDX-License-Identifier: Apache-2.0
// Pages alone: what is measured does not leave the browser.
import { createServer } from "node:http";
import { listen, servePageOr404 } from "./pages.mjs";

listen(createServer(servePageOr404));
