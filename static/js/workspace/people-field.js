// A field that finds people as one types: a combobox. The server writes the people; a field may
// have choices of its own before them.

import { apply } from "../page/fragments.js";
import { text } from "../page/i18n.js";

const PAUSE_MS = 120;
const SHORTEST = 2;
const LETTER = /\p{L}/u;
let made = 0;

/**
 * @typedef {object} PeopleOptions
 * @property {(number: string, name: string) => void} onchoose
 * @property {(typed: string) => HTMLElement[]} [own] choices of the field's own; a click carries
 *   one out
 */

export class PeopleField {
  #id = `people-${(made += 1)}`;
  #box = element("people", "listbox");
  #own = element("", "group");
  #count = element("visually-hidden", "status");
  #asking = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLInputElement} field @param {PeopleOptions} options */
  constructor(field, { onchoose, own }) {
    this.field = field;
    this.onchoose = onchoose;
    this.own = own;
    this.#box.id = `${this.#id}-box`;
    this.#box.append(this.#own, Object.assign(element("", "group"), { id: this.#id }));
    field.after(this.#box, this.#count);
    const told = { role: "combobox", "aria-controls": this.#box.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(told)) field.setAttribute(name, value);
    field.addEventListener("input", () => this.typed());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.close());
    // A number is on its way; a name that nobody has chosen is not.
    field.form?.addEventListener("submit", () => LETTER.test(field.value) || this.close());
    document.addEventListener("console:applied", () => this.#choices.forEach(showPresence));
    // A press takes no focus from the field, whose blur would close the list before the click.
    this.#box.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#box.addEventListener("click", ({ target }) =>
      this.#chosen(/** @type {Element} */ (target).closest("[role=option]")),
    );
    this.close();
  }

  get isOpen() {
    return !this.#box.hidden;
  }

  close() {
    this.#asking.abort();
    clearTimeout(this.#timer);
    this.#people.replaceChildren();
    this.#own.replaceChildren();
    this.#show();
  }

  /** The field has another text. */
  typed() {
    this.#asking.abort();
    clearTimeout(this.#timer);
    const typed = this.field.value.trim();
    if (this.own) this.#own.replaceChildren(...this.own(typed).map(numbered(`${this.#id}-own`)));
    if (typed.length < SHORTEST) this.#people.replaceChildren();
    else this.#timer = setTimeout(() => void this.#look(), PAUSE_MS);
    this.#show();
  }

  async #look() {
    const { signal } = (this.#asking = new AbortController());
    const html = await ask(this.field.value, this.#id, signal);
    if (signal.aborted) return;
    const chosen = this.#active?.id;
    if (html) await apply(html);
    else this.#people.replaceChildren();
    this.#show(chosen);
  }

  get #people() {
    return /** @type {HTMLElement} */ (
      this.#box.querySelector(`[id="${this.#id}"]`) ?? this.#box.lastElementChild
    );
  }

  get #choices() {
    return /** @type {HTMLElement[]} */ ([...this.#box.querySelectorAll("[role=option]")]);
  }

  get #active() {
    return this.#choices.find((choice) => choice.ariaSelected === "true");
  }

  /** @param {string} [active] the id of the choice that is marked */
  #show(active) {
    const count = this.#choices.length;
    this.#box.hidden = !count;
    this.field.setAttribute("aria-expanded", String(count > 0));
    this.#count.textContent = count ? text("people.count", { count }) : "";
    this.#mark(this.#choices.find(({ id }) => id === active) ?? null);
  }

  /** @param {HTMLElement | null} wanted */
  #mark(wanted) {
    for (const choice of this.#choices) choice.ariaSelected = String(choice === wanted);
    wanted?.scrollIntoView({ block: "nearest" });
    if (wanted) this.field.setAttribute("aria-activedescendant", wanted.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOpen || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#move(step);
    else if (event.key === "Escape" && !this.own) this.close();
    else if (event.key !== "Enter" || !this.#chosen(this.#meant())) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Enter with a number calls it; a name is no number, so the first person is meant. */
  #meant() {
    const isFirst = this.own || LETTER.test(this.field.value);
    return this.#active ?? (isFirst ? this.#choices[0] : null);
  }

  /** @param {number} step */
  #move(step) {
    const choices = this.#choices;
    const at = this.#active ? choices.indexOf(this.#active) : step > 0 ? -1 : choices.length;
    this.#mark(choices[(at + step + choices.length) % choices.length]);
  }

  /** @param {Element | null | undefined} choice @returns {boolean} whether there was one */
  #chosen(choice) {
    if (!(choice instanceof HTMLElement)) return false;
    const { number } = choice.dataset;
    const name = choice.querySelector(".person-name")?.textContent ?? "";
    if (number === undefined) choice.dispatchEvent(new CustomEvent("choose"));
    this.close();
    if (number !== undefined) this.onchoose(number, name);
    return true;
  }
}

/** Copies the colleague's presence from the pushed list. @param {HTMLElement} choice */
function showPresence({ dataset, children }) {
  const presence = document.getElementById(`presence-${dataset.agent}`);
  const [icon, words] = presence?.children ?? [];
  const shown = children[children.length - 1];
  if (!words || shown.textContent === words.textContent) return;
  dataset.status = presence?.dataset.status;
  children[0].replaceWith(icon.cloneNode(true));
  shown.textContent = words.textContent;
}

/** @param {string} className @param {string} role */
function element(className, role) {
  const found = Object.assign(document.createElement("div"), { className });
  found.setAttribute("role", role);
  return found;
}

/** @param {string} prefix @returns {(choice: HTMLElement, n: number) => HTMLElement} */
const numbered = (prefix) => (choice, n) => Object.assign(choice, { id: `${prefix}-${n}` });

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
