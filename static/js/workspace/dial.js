// The dial field, and the recent calls, whose numbers go into it.

import { NumberField } from "./number-field.js";
import { reason } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */

export class DialField {
  #form = /** @type {HTMLFormElement} */ (document.getElementById("dial"));
  #field = /** @type {HTMLInputElement} */ (document.getElementById("dial-number"));
  #erase = /** @type {HTMLElement} */ (document.getElementById("dial-erase"));
  #number = new NumberField(
    this.#field,
    /** @type {HTMLElement} */ (document.getElementById("dial-preview")),
  );

  #line = /** @type {HTMLSelectElement | null} */ (document.getElementById("dial-line"));
  #isChosen = false;

  /** @param {(number: string, connection?: string) => Promise<Result>} dial */
  constructor(dial) {
    this.dial = dial;
    this.#number.onchange = () => (this.#erase.hidden = !this.#field.value);
    this.#erase.addEventListener("click", () => this.fill(this.#field.value.slice(0, -1)));
    this.#form.addEventListener("click", ({ target }) =>
      this.#press(/** @type {Element} */ (target).closest("[data-tone]")),
    );
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), void this.#submit()));
    this.#line?.addEventListener("change", () => (this.#isChosen = true));
    this.#number.changed();
    this.#field.addEventListener("focus", () => void this.#findPeople(), { once: true });
  }

  async #findPeople() {
    const { PeopleField } = await import("./people-field.js");
    new PeopleField(this.#field, { onchoose: (number) => this.fill(number) });
  }

  /** @param {string} number */
  fill(number) {
    this.#number.value = number;
    this.focus();
  }

  /**
   * A choice among lines is shown only where there is one.
   * @param {Record<string, {registered: boolean}>} connections
   */
  lines(connections) {
    const row = document.getElementById("dial-line-row");
    if (!row || !this.#line) return;
    const works = (/** @type {string} */ line) => Boolean(connections[line]?.registered);
    for (const option of this.#line.options) option.disabled = !works(option.value);
    row.hidden = Object.keys(connections).filter(works).length < 2;
    // Unless the person has chosen: lines come one by one, and the first of the list is the usual.
    if (this.#isChosen && this.#line.selectedOptions[0]?.disabled === false) return;
    this.#isChosen = false;
    this.#line.value = [...this.#line.options].find(({ disabled }) => !disabled)?.value ?? "";
  }

  /** A person without a line sees the field once they ask for it. */
  focus() {
    this.#form.hidden = false;
    this.#field.focus();
  }

  /** @param {Element | null} key */
  #press(key) {
    if (key instanceof HTMLElement) this.#number.insert(key.dataset.tone ?? "");
  }

  async #submit() {
    const typed = this.#number.value;
    if (!typed) return this.focus();
    const number = await this.#number.read();
    if (!number) return;
    const chosen = document.getElementById("dial-line-row")?.hidden ? undefined : this.#line?.value;
    const result = await this.dial(number, chosen || undefined);
    if (!result.ok) return this.#number.say(reason(result), true);
    if (this.#number.value === typed) this.#number.value = "";
  }
}

/** @param {(number: string) => void} fill */
export function wireRecent(fill) {
  document.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button?.dataset.fill) fill(button.dataset.fill);
  });
  document.addEventListener("console:applied", count);
  count();
}

/**
 * The buttons of the numbers to call back, and a number in the page's address.
 * @param {import("./callbacks.js").Desk} desk
 */
export function wireCallbacks(desk) {
  for (const [type, selector] of [
    ["click", "[data-callback]"],
    ["submit", "[data-dismiss]"],
  ])
    document.addEventListener(type, (event) => {
      const pressed = /** @type {HTMLElement} */ (event.target).closest(selector);
      if (!(pressed instanceof HTMLElement)) return;
      event.preventDefault();
      void import("./callbacks.js").then(({ carryOut }) => carryOut(pressed, desk));
    });
  if (location.search.includes("dial="))
    void import("./dial-address.js").then(({ numberInAddress }) => desk.fill(numberInAddress()));
}

function count() {
  const waiting = document.getElementById("callback-rows")?.childElementCount;
  const place = document.getElementById("callbacks-count");
  const words = waiting ? String(waiting) : "";
  if (place && place.textContent !== words) place.textContent = words;
}
