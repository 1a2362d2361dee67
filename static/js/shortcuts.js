// Single keys for what is done a hundred times a day. They never fire while somebody types, and can be turned off.

import { storageOrMemory } from "./event-store.js";
import { focusOpened } from "./transfer-sheet.js";

const OFF = "console.shortcuts.off";
const TYPING = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";

/**
 * @typedef {object} ShortcutParts
 * @property {() => HTMLElement | undefined} hero the card in front
 * @property {() => HTMLElement[]} live
 * @property {() => void} dial
 */

export class Shortcuts {
  #dialog = /** @type {HTMLDialogElement} */ (document.getElementById("shortcuts"));
  #switch = /** @type {HTMLInputElement} */ (document.getElementById("shortcuts-on"));
  #storage = storageOrMemory(() => localStorage);
  /** key → what it does; the list that people read is the list that works @type {Map<string, string>} */
  #keys = new Map();

  /** @param {ShortcutParts} parts */
  constructor(parts) {
    this.parts = parts;
    for (const row of this.#dialog.querySelectorAll("[data-key]")) this.#keys.set(row.getAttribute("data-key") ?? "", row.getAttribute("data-does") ?? "");
    this.#switch.checked = !this.#storage.getItem(OFF);
    this.#switch.addEventListener("change", () => this.#turn(this.#switch.checked));
    document.getElementById("shortcuts-show")?.addEventListener("click", () => this.#list());
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** @param {boolean} on */
  #turn(on) {
    if (on) this.#storage.removeItem(OFF);
    else this.#storage.setItem(OFF, "1");
  }

  #list() {
    const off = document.getElementById("shortcuts-off");
    if (off) off.hidden = this.#switch.checked;
    this.#dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && !event.defaultPrevented && leave(event.target)) return event.preventDefault();
    if (!this.#switch.checked || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
    const does = this.#keys.get(event.key.toLowerCase());
    if (does && this.#do(does)) event.preventDefault();
  }

  /** @param {string} does @returns {boolean} */
  #do(does) {
    if (does === "help") return this.#list(), true;
    if (does === "dial") return this.parts.dial(), true;
    if (does === "answer") return press(this.parts.live().find((card) => card.dataset.state === "ringing"), '[data-command="answer"]');
    if (does === "swap") return press(this.parts.live().find((card) => card.hasAttribute("data-local-second")), ".swap");
    const hero = this.parts.hero();
    if (does === "note") return write(hero);
    return press(hero, BUTTONS[does]);
  }
}

/** What a key presses is a button that can be seen: it says by itself why something cannot be done. @type {Record<string, string>} */
const BUTTONS = {
  hangup: '[data-command="hangup"]',
  mute: '[data-toggle="mute"]',
  hold: '[data-toggle="hold"]',
  transfer: '[data-command="transfer"]',
  keypad: '[data-command="keypad"]',
};

/** Also inside an open keypad, whose digits are keys of their own. @param {KeyboardEvent} event */
function isTyping({ target }) {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** Esc closes the sheet one is in, then leaves the field, so that the keys work again. @param {EventTarget | null} target @returns {boolean} */
function leave(target) {
  if (!(target instanceof HTMLElement) || target.closest("[popover], dialog")) return false;
  const sheet = /** @type {HTMLDetailsElement | null} */ (target.closest("details.opens[open]"));
  if (sheet) (sheet.open = false), sheet.querySelector("summary")?.focus();
  else if (target.matches(TYPING)) rest(target);
  return sheet !== null;
}

/** @param {HTMLElement} field */
function rest(field) {
  const card = /** @type {HTMLElement | null} */ (field.closest(".call"));
  if (card) card.focus({ preventScroll: true });
  else field.blur();
}

/** @param {HTMLElement | undefined} card @param {string} selector @returns {boolean} */
function press(card, selector) {
  const button = /** @type {HTMLElement | null | undefined} */ (card?.querySelector(selector));
  if (!button?.checkVisibility()) return false;
  button.click();
  focusOpened(button.closest("details"));
  return true;
}

/** @param {HTMLElement | undefined} card @returns {boolean} */
function write(card) {
  const note = card?.querySelector("textarea");
  note?.focus();
  return Boolean(note);
}
