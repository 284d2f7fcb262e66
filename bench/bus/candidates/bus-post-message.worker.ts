// SPDX-License-Identifier: Apache-2.0
import { checkOf } from "../payload.ts";
import { servePosts } from "../post-message.ts";

servePosts((payload) => ({ value: checkOf(payload), moved: [] }));
