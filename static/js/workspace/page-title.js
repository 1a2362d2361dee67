// The tab's title and icon, which show calls while the page is hidden.

import { numberOf } from "./call-card.js";
import { text } from "../page/i18n.js";

const NAME = "Console";

export class PageTitle {
  #icon = /** @type {HTMLLinkElement} */ (document.getElementById("favicon"));
  #folder = this.#icon.href.replace(/[^/]*$/, "");

  /** @param {HTMLElement[]} cards */
  show(cards) {
    const of = (/** @type {string[]} */ ...states) =>
      cards.find((card) => states.includes(card.dataset.state ?? ""));
    const ringing = of("ringing");
    const live = of("active", "held", "dialing");
    const icon = ringing ? "favicon-ringing.svg" : live ? "favicon-call.svg" : "favicon.svg";
    if (this.#icon.href !== this.#folder + icon) this.#icon.href = this.#folder + icon;
    const words = ringing
      ? text("title.ringing", { number: numberOf(ringing) })
      : text(live ? "title.call" : "title");
    document.title = `${words} – ${NAME}`;
  }
}
