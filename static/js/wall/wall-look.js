// How a person wants the wall: cards or rows, grouped or not. Kept in this browser.

import { storageOrMemory } from "../client/event-store.js";

const CHOICES = { view: ["cards", "rows"], group: ["", "state", "team"] };

/** @typedef {keyof typeof CHOICES} Choice */

export class WallLook {
  view = "cards";
  group = "";
  #storage = storageOrMemory(() => localStorage);

  /** @param {(look: WallLook) => void} onchange at once and after each choice */
  constructor(onchange) {
    this.onchange = onchange;
    for (const select of this.#selects()) {
      const name = /** @type {Choice} */ (select.dataset.look);
      const kept = this.#storage.getItem(`console.wall.${name}`) ?? "";
      const offered = [...select.options].map(({ value }) => value);
      this[name] = CHOICES[name].find((one) => one === kept && offered.includes(one)) ?? this[name];
      select.value = this[name];
      select.addEventListener("change", () => this.#choose(name, select.value));
    }
    onchange(this);
  }

  /** @param {Choice} name @param {string} value */
  #choose(name, value) {
    this[name] = value;
    this.#storage.setItem(`console.wall.${name}`, value);
    this.onchange(this);
  }

  #selects() {
    return /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("[data-look]"));
  }
}
