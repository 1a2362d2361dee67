// The only module that puts the server's fragments into the page.

/**
 * @typedef {{text: string, sourceElement: Element, swap: string}} SwapContext
 * @typedef {{swap: (context: SwapContext) => Promise<void>}} Htmx
 */

// Text in a fragment has its quotes escaped: only our own attribute is written like this.
const TARGET = /hx-target="#([^"]+)"/g;

/**
 * Applies a string of `<hx-partial>` elements. htmx 4 swaps before its first wait, so calls apply
 * in the order in which they are made.
 * The event `console:applied` then names the new regions by their ids.
 * @param {string} html
 */
export async function apply(html) {
  if (!html) return;
  const { htmx } = /** @type {{htmx: Htmx}} */ (/** @type {unknown} */ (globalThis));
  // "none" is for what stands outside the partials: nothing of it may reach the page.
  await htmx.swap({ text: html, sourceElement: document.body, swap: "none" });
  const targets = Array.from(html.matchAll(TARGET), ([, id]) => id);
  document.dispatchEvent(new CustomEvent("console:applied", { detail: { targets } }));
}
