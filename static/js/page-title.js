// What the tab says while nobody looks at the page: title, icon, and words for those who hear the page.

import { numberOf } from "./call-card.js";
import { text } from "./texts.js";

const NAME = "Console";

export class PageTitle {
  #icon = /** @type {HTMLLinkElement} */ (document.getElementById("favicon"));
  #announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
  #folder = this.#icon.href.replace(/[^/]*$/, "");
  /** @type {Map<string, string>} call → the state that was last seen */
  #seen = new Map();

  /** @param {HTMLElement[]} cards */
  show(cards) {
    const of = (/** @type {string[]} */ ...states) => cards.find((card) => states.includes(card.dataset.state ?? ""));
    const ringing = of("ringing");
    const live = of("active", "held", "dialing");
    const icon = ringing ? "favicon-ringing.svg" : live ? "favicon-call.svg" : "favicon.svg";
    if (this.#icon.href !== this.#folder + icon) this.#icon.href = this.#folder + icon;
    const words = ringing ? text("title.ringing", { number: numberOf(ringing) }) : text(live ? "title.call" : "title");
    document.title = `${words} – ${NAME}`;
    this.#announce(cards);
  }

  /** Only what is new, and politely: it waits until the reader has finished. @param {HTMLElement[]} cards */
  #announce(cards) {
    for (const card of cards) {
      const { call = "", state = "" } = card.dataset;
      const before = this.#seen.get(call);
      this.#seen.set(call, state);
      if (state === before) continue;
      if (state === "ringing") this.#announcer.textContent = text("announce.ringing", { number: numberOf(card) });
      if (state === "ended" && before) this.#announcer.textContent = text("announce.ended", { number: numberOf(card) });
    }
    const present = new Set(cards.map((card) => card.dataset.call));
    for (const call of this.#seen.keys()) if (!present.has(call)) this.#seen.delete(call);
  }
}
