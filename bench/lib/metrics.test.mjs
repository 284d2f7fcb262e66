// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { metricOf } from "./metrics.mjs";

const text = `# TYPE sessions gauge
sessions{client="connected"} 3
sessions{client="away"} 2000
sessions_opened_total 12
`;

test("a metric is found by its whole name", () => {
  expect(metricOf(text, 'sessions{client="away"}')).toBe(2000);
  expect(metricOf(text, "sessions_opened_total")).toBe(12);
});

test("one that is missing is an error that names it", () => {
  expect(() => metricOf(text, "sessions_opened")).toThrow("sessions_opened");
});
