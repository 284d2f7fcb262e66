// SPDX-License-Identifier: Apache-2.0
import { connectPage } from "cortado/workers";
import { checkerService } from "../../dist/schema/bus.cortado.ts";
import { checkOf } from "../payload.ts";

const page = connectPage({ payloads: "in-place" });
page.serve(
  checkerService({
    check({ payload }) {
      const check = checkOf(payload);
      page.release(payload);
      return { check };
    },
  }),
);
