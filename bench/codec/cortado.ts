// SPDX-License-Identifier: Apache-2.0
import { Article, Order, Quote, Series } from "../dist/codec/messages.cortado.ts";
import type { Candidate } from "./candidates.ts";

export const cortado: Candidate = { quote: Quote, order: Order, article: Article, series: Series };
