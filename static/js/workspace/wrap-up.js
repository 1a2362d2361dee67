// Wrap-up: *Done* asks for a missing outcome first, *I need longer* makes it longer.

import { reason } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */

const DONE = '.call [data-command="close"]';
const WRAP_UP_DONE = '[data-availability="wrap_up"] #no-call [data-set-availability="available"]';

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
  const target = /** @type {Element} */ (event.target);
  const own = target.closest(DONE)?.closest(".call");
  const cards = own
    ? [own]
    : target.closest(WRAP_UP_DONE)
      ? [...document.querySelectorAll('#cards .call[data-state="ended"]')]
      : [];
  const card = cards.find((each) => outcomes.isMissing(each));
  if (!card) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  outcomes.ask(card);
}

/** @param {string} sentence */
function announce(sentence) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = sentence;
}
