// A field for a number: cleans pasted text, and shows the number to be called while typing.

import { getJson } from "../page/http.js";
import { extractNumber } from "./extract-number.js";
import { text } from "../page/i18n.js";

/**
 * @typedef {object} Preview
 * @property {string | null} shown
 * @property {string | null} e164
 * @property {string | null} extension
 * @property {string | null} error
 */

const PAUSE_MS = 150;
// A number that is not finished is no mistake: its error waits until the typing stops.
const ERROR_PAUSE_MS = 900;
const LETTER = /\p{L}/u;

export class NumberField {
  onchange = () => {};
  /** @type {Preview | null} */
  #known = null;
  #asking = new AbortController();
  /** @type {number | undefined} */
  #timer;

  /** @param {HTMLInputElement} field @param {HTMLElement} preview */
  constructor(field, preview) {
    this.field = field;
    this.preview = preview;
    field.addEventListener("input", () => this.changed());
    field.addEventListener("paste", (event) => this.#paste(event));
  }

  /** @param {string} number */
  set value(number) {
    this.field.value = number;
    this.changed();
  }

  get value() {
    return this.field.value.trim();
  }

  /** Inserts at the cursor, in place of the selection. @param {string} words */
  insert(words) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    this.field.setRangeText(words, from ?? value.length, to ?? value.length, "end");
    this.changed();
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const number = extractNumber(event.clipboardData?.getData("text") ?? "");
    if (!number) return;
    event.preventDefault();
    this.insert(number);
  }

  changed() {
    this.#known = null;
    this.#asking.abort();
    clearTimeout(this.#timer);
    this.say("");
    // a name finds people; only a press of Call says that it is no number
    if (this.value && !LETTER.test(this.value))
      this.#timer = setTimeout(() => void this.#look(ERROR_PAUSE_MS), PAUSE_MS);
    this.onchange();
  }

  /**
   * The number to call, or null: then the field shows the reason.
   * @returns {Promise<string | null>}
   */
  async read() {
    const found = this.#known ?? (await this.#look(0));
    if (found?.error) return (this.say(found.error, true), null);
    return found?.e164 ?? found?.extension ?? extractNumber(this.value);
  }

  /**
   * @param {number} patience ms before an error is shown
   * @returns {Promise<Preview | null>} null : nobody could be asked
   */
  async #look(patience) {
    this.#asking.abort();
    // a second message about the same answer must not follow
    clearTimeout(this.#timer);
    const { signal } = (this.#asking = new AbortController());
    const found = /** @type {Preview | null} */ (
      await getJson(`/numbers/preview?number=${encodeURIComponent(this.field.value)}`, signal)
    );
    if (signal.aborted) return null;
    this.#known = found;
    if (!found) this.say(text("dial.unknown"));
    else if (!found.error)
      this.say(
        found.extension ? text("dial.extension", { number: found.extension }) : words(found),
      );
    else this.#timer = setTimeout(() => this.say(found.error ?? "", true), patience);
    return found;
  }

  /** @param {string} sentence @param {boolean} [error] */
  say(sentence, error = false) {
    this.preview.textContent = sentence;
    this.preview.toggleAttribute("data-error", error);
    this.field.setAttribute("aria-invalid", String(error));
  }
}

/**
 * @param {Preview} found as people write it, and as it will be called when that is another writing
 */
const words = ({ shown, e164 }) =>
  [shown, e164]
    .filter(
      (part, index, all) =>
        part && (!index || part.replace(/\s/g, "") !== all[0]?.replace(/\s/g, "")),
    )
    .join(" · ");
