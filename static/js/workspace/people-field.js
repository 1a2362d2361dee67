// A field that finds people as one types: a combobox whose choices the server writes.

import { apply } from "../page/fragments.js";
import { text } from "../page/i18n.js";

const PAUSE_MS = 120;
const SHORTEST = 2;
const LETTER = /\p{L}/u;
let made = 0;

export class PeopleField {
  #id = `people-${(made += 1)}`;
  #count = document.createElement("p");
  #asking = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLInputElement} field
   * @param {(number: string, name: string) => void} onchoose
   */
  constructor(field, onchoose) {
    this.field = field;
    this.onchoose = onchoose;
    const list = document.createElement("div");
    Object.assign(list, { id: this.#id, hidden: true });
    this.#count.className = "visually-hidden";
    this.#count.setAttribute("role", "status");
    field.after(list, this.#count);
    const told = { role: "combobox", "aria-controls": this.#id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(told)) field.setAttribute(name, value);
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.close());
    // A press takes no focus from the field, whose blur would close the list before the click.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) =>
      this.#choose(/** @type {Element} */ (target).closest("[role=option]")),
    );
    this.close();
  }

  get #list() {
    return /** @type {HTMLElement} */ (document.getElementById(this.#id));
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  close() {
    this.#asking.abort();
    clearTimeout(this.#timer);
    this.#list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.#mark(null);
  }

  #typed() {
    this.#asking.abort();
    clearTimeout(this.#timer);
    if (this.field.value.trim().length < SHORTEST) return this.close();
    this.#timer = setTimeout(() => void this.#look(), PAUSE_MS);
  }

  async #look() {
    const { signal } = (this.#asking = new AbortController());
    const html = await ask(this.field.value, this.#id, signal);
    if (signal.aborted) return;
    const chosen = this.#active?.dataset.number;
    await apply(html);
    const count = html ? this.#options.length : 0;
    this.#list.hidden = !count;
    this.field.setAttribute("aria-expanded", String(count > 0));
    this.#count.textContent = count ? text("people.count", { count }) : "";
    this.#mark(this.#options.find(({ dataset }) => dataset.number === chosen) ?? null);
  }

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll("[role=option]")]);
  }

  get #active() {
    return this.#options.find((option) => option.ariaSelected === "true");
  }

  /** @param {HTMLElement | null} wanted */
  #mark(wanted) {
    for (const option of this.#options) option.ariaSelected = String(option === wanted);
    wanted?.scrollIntoView({ block: "nearest" });
    if (wanted) this.field.setAttribute("aria-activedescendant", wanted.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOpen || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#move(step);
    else if (event.key === "Escape") this.close();
    else if (event.key !== "Enter" || !this.#choose(this.#enterChoice())) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Enter with a number calls it; a name is no number, so the first person is meant. */
  #enterChoice() {
    return this.#active ?? (LETTER.test(this.field.value) ? this.#options[0] : null);
  }

  /** @param {number} step */
  #move(step) {
    const options = this.#options;
    const at = this.#active ? options.indexOf(this.#active) : step > 0 ? -1 : options.length;
    this.#mark(options[(at + step + options.length) % options.length]);
  }

  /** @param {Element | null | undefined} option @returns {boolean} whether there was one */
  #choose(option) {
    if (!(option instanceof HTMLElement)) return false;
    const name = option.querySelector(".person-name")?.textContent ?? "";
    this.close();
    this.onchoose(option.dataset.number ?? "", name);
    return true;
  }
}

/**
 * @param {string} q @param {string} list @param {AbortSignal} signal
 * @returns {Promise<string>} "": no answer
 */
async function ask(q, list, signal) {
  try {
    const response = await fetch(`/directory?${new URLSearchParams({ q, list })}`, { signal });
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}
