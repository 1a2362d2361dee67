// Wrap-up: *Done* asks for a missing outcome first, *I need longer* makes it longer.

import { reason } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */

const DONE = '.call [data-command="close"]';

/**
 * @param {import("./outcomes.js").Outcomes} outcomes
 * @param {(args: {until: number}) => Promise<Result>} extend
 * @param {(sentence: string) => void} showNotice
 */
export function wireWrapUp(outcomes, extend, showNotice) {
  // Before everybody else: what is refused here closes no card.
  document.addEventListener("click", (event) => ask(outcomes, event), true);
  document.addEventListener("click", async ({ target }) => {
    const button = /** @type {Element} */ (target).closest("[data-extend-wrap-up]");
    if (!(button instanceof HTMLElement) || button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const result = await extend({ until: Number(button.dataset.extendWrapUp) });
    button.ariaBusy = null;
    if (!result.ok) showNotice(reason(result));
    else announce(document.getElementById("outcomes")?.dataset.longer ?? "");
  });
}

/** @param {import("./outcomes.js").Outcomes} outcomes @param {MouseEvent} event */
function ask(outcomes, event) {
  const card = /** @type {Element} */ (event.target).closest(DONE)?.closest(".call");
  if (!card || !outcomes.isMissing(card)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  outcomes.ask(card);
}

/** @param {string} sentence */
function announce(sentence) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = sentence;
}
