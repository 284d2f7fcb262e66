// SPDX-License-Identifier: Apache-2.0
// Finding and making elements, for the pages of the examples.

/** The element of that id, of that type; its absence is a bug in index.html. */
export function byId<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`index.html has no ${type.name} with the id "${id}"`);
}

interface Attributes {
  readonly [name: string]: string | number | boolean;
}

/** An element with attributes and children: `make("td", { class: "number" }, "12.50")`. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** Writes only what changed, so that nothing is laid out again for the same text. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
