// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** "24.0 MP" */
export function formatSize(width: number, height: number): string {
  return `${whole.format(width)} × ${whole.format(height)}, ${megapixels(width * height)} MP`;
}

export function megapixels(pixels: number): string {
  return (pixels / 1e6).toFixed(1);
}

/** A number and its unit, apart, as they are set in different sizes. */
export function formatDuration(ms: number): readonly [value: string, unit: string] {
  if (ms < 0.1) return [(ms * 1000).toFixed(1), "µs"];
  if (ms < 1) return [whole.format(ms * 1000), "µs"];
  if (ms < 10) return [ms.toFixed(2), "ms"];
  if (ms < 100) return [ms.toFixed(1), "ms"];
  return ms < 10_000 ? [whole.format(ms), "ms"] : [(ms / 1000).toFixed(1), "s"];
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
