// Keyboard shortcuts of frequent actions. They can be turned off.
// Shortcuts that act on a call take Alt, so that no typed letter ends one.

import { storageOrMemory } from "../client/event-store.js";
import { focusOpened } from "./transfer-sheet.js";

/** One choice for all tabs of the browser. */
export const OFF = "console.shortcuts.off";
export const choices = storageOrMemory(() => localStorage);
export const areShortcutsOn = () => !choices.getItem(OFF);
const TYPING =
  "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";

/**
 * @typedef {object} ShortcutOptions
 * @property {() => HTMLElement | undefined} primaryCall the card in front
 * @property {() => HTMLElement[]} live
 * @property {() => void} dial
 * @property {() => HTMLElement | null | undefined} home what takes the focus when a field is left
 * @property {() => Promise<void>} commands fills the open command bar
 */

/** Keys that follow each other sooner are typing, also where there is no field. */
const BURST_MS = 700;
// Firefox on a Mac reports the Option key, which is its Alt, as AltGraph.
const OPTION_IS_ALT = /^Mac/.test(globalThis.navigator?.platform ?? "");

/** @typedef {"altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "getModifierState"} Modifiers */
/** @typedef {Pick<KeyboardEvent, "key" | "code" | "isComposing" | Modifiers>} Press */

/** @param {Press} press @returns {string} as the list names it: `alt+h`, `?`; "": no shortcut */
export function shortcutOf(press) {
  if (press.ctrlKey || press.metaKey || press.isComposing) return "";
  if (press.getModifierState("AltGraph") && !OPTION_IS_ALT) return "";
  if (!press.altKey) return press.key;
  return press.shiftKey ? "" : `alt+${letterOf(press)}`;
}

/**
 * The key's place counts where Option or another alphabet types something else.
 * @param {Press} press
 */
function letterOf({ key, code }) {
  return (/^[a-z]$/i.test(key) ? key : (/^Key([A-Z])$/.exec(code)?.[1] ?? "")).toLowerCase();
}

export class Shortcuts {
  #dialog = /** @type {HTMLDialogElement} */ (document.getElementById("shortcuts"));
  /**
   * key → what it does; the list that people read is the list that works
   * @type {Map<string, string>}
   */
  #keys = new Map();
  /** When a character was typed outside of a field. */
  #typedAt = -BURST_MS;

  /** @param {ShortcutOptions} options */
  constructor(options) {
    this.options = options;
    for (const row of this.#dialog.querySelectorAll("[data-key]"))
      this.#keys.set(row.getAttribute("data-key") ?? "", row.getAttribute("data-does") ?? "");
    document.getElementById("shortcuts-show")?.addEventListener("click", () => this.#list());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  #list() {
    const off = document.getElementById("shortcuts-off");
    if (off) off.hidden = areShortcutsOn();
    this.#dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Escape" && this.#leave(event.target)) return event.preventDefault();
    if (isCommandKey(event)) return this.#toggleCommands(event);
    if (!areShortcutsOn() || document.querySelector("dialog[open]")) return;
    const does = this.#keys.get(shortcutOf(event));
    if ((!event.altKey && (isTyping(event) || this.#isBurst(event))) || !does) return;
    event.preventDefault(); // or it opens a menu of the browser
    this.#typedAt = -BURST_MS;
    if (!event.repeat) this.#do(does);
  }

  /** It takes what is typed at once; its commands may have to be fetched. @param {Event} event */
  #toggleCommands(event) {
    event.preventDefault(); // or the browser goes to its own search
    const bar = /** @type {HTMLDialogElement} */ (document.getElementById("command-bar"));
    if (bar.open) return bar.close();
    if (document.querySelector("dialog[open]")) return;
    bar.querySelector("form")?.reset();
    bar.showModal();
    void this.options.commands();
  }

  /** @param {KeyboardEvent} event */
  #isBurst({ key, timeStamp }) {
    const burst = timeStamp - this.#typedAt < BURST_MS;
    if (key.length === 1) this.#typedAt = timeStamp;
    return burst;
  }

  /**
   * Esc closes the sheet one is in, then leaves the field.
   * @param {EventTarget | null} target
   * @returns {boolean}
   */
  #leave(target) {
    if (!(target instanceof HTMLElement) || target.closest("[popover], dialog")) return false;
    const sheet = /** @type {HTMLDetailsElement | null} */ (target.closest("details.opens[open]"));
    if (sheet) ((sheet.open = false), sheet.querySelector("summary")?.focus());
    else if (target.matches(TYPING)) this.#rest(target.closest(".call"));
    return sheet !== null;
  }

  /** @param {Element | null} card of the field */
  #rest(card) {
    const place = /** @type {HTMLElement | null} */ (card) ?? this.options.home();
    place?.focus({ preventScroll: true });
  }

  /** @param {string} does */
  #do(does) {
    if (does === "help") return this.#list();
    if (does === "dial") return this.options.dial();
    if (does === "answer")
      return press(
        this.options.live().find((card) => card.dataset.state === "ringing"),
        '[data-command="answer"]',
      );
    if (does === "swap")
      return press(
        this.options.live().find((card) => card.hasAttribute("data-local-second")),
        ".swap",
      );
    const primaryCall = this.options.primaryCall();
    if (does === "note") return primaryCall?.querySelector("textarea")?.focus();
    return press(primaryCall, BUTTONS[does]);
  }
}

/**
 * Keys press visible buttons, which explain why something cannot be done.
 * @type {Record<string, string>}
 */
const BUTTONS = {
  hangup: '[data-command="hangup"]',
  mute: '[data-toggle="mute"]',
  hold: '[data-toggle="hold"]',
  transfer: '[data-command="transfer"]',
  keypad: '[data-command="keypad"]',
};

/** Ctrl K, also where shortcuts are off: no typed letter is one. @param {KeyboardEvent} event */
function isCommandKey({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }) {
  return (ctrlKey || metaKey) && !altKey && !shiftKey && !isComposing && key.toLowerCase() === "k";
}

/** Also inside an open keypad, whose digits are keys of their own. @param {KeyboardEvent} event */
function isTyping({ target }) {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** @param {HTMLElement | undefined} card @param {string} selector */
function press(card, selector) {
  const button = /** @type {HTMLElement | null | undefined} */ (card?.querySelector(selector));
  if (!button?.checkVisibility()) return;
  button.click();
  focusOpened(button.closest("details"));
}
