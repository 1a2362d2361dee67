// Ctrl K: one bar for people, numbers, and what the buttons of the page do. A command presses its
// button, which explains itself when it cannot act.

import { PeopleField } from "./people-field.js";
import { focusOpened } from "./transfer-sheet.js";
import { text } from "../page/i18n.js";

const DIGITS = /^[\d+*#().\s-]{2,}$/;
/** In this order. */
const BUTTONS = [
  ".call[data-local-row=front] .call-actions :is(button, summary):not(.sheet *)",
  "#availability-menu [data-set-availability]",
  ".menu-nav a",
  "#menu form button, #phone-chip, #shortcuts-show",
];

/** @typedef {{words: string, press: () => void, keys?: string}} Command */

export class CommandBar {
  #dialog = /** @type {HTMLDialogElement} */ (document.getElementById("command-bar"));
  #field = /** @type {HTMLInputElement} */ (document.getElementById("command-text"));

  /** @param {(number: string) => void} dial fills in the dial field */
  constructor(dial) {
    this.dial = dial;
    this.people = new PeopleField(this.#field, {
      onchoose: (number) => this.#leave(() => dial(number)),
      own: (typed) => this.#commands(typed).map((command) => this.#choice(command)),
    });
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog) this.#dialog.close(); // beside the bar
    });
  }

  /** Offers the commands and people for the words in the open bar. */
  show() {
    this.people.typed();
  }

  /** @param {string} typed @returns {Command[]} */
  #commands(typed) {
    const wanted = plain(typed).split(/\s+/).filter(Boolean);
    const buttons = BUTTONS.flatMap((each) => [...document.querySelectorAll(each)]);
    const found = /** @type {HTMLElement[]} */ (buttons)
      .filter(isOffered)
      .map(commandOf)
      .filter(({ words }) => wanted.every((word) => ` ${plain(words)}`.includes(` ${word}`)));
    const call = { words: text("command.call", { number: typed }), press: () => this.dial(typed) };
    return DIGITS.test(typed) ? [call, ...found] : found;
  }

  /** @param {Command} command */
  #choice({ words, press, keys = "" }) {
    const choice = document.createElement("div");
    choice.className = "person command";
    choice.setAttribute("role", "option");
    const [name, hint] = [document.createElement("span"), document.createElement("small")];
    Object.assign(name, { className: "person-name", textContent: words });
    Object.assign(hint, { className: "quiet", textContent: keys, ariaHidden: "true" });
    choice.append(name, hint);
    choice.addEventListener("choose", () => this.#leave(press));
    return choice;
  }

  /** The page behind a dialog takes no focus. @param {() => void} then */
  #leave(then) {
    this.#dialog.close();
    then();
  }
}

/** A closed menu's items count; what the call's state or the phone's hides does not. */
function isOffered(/** @type {HTMLElement} */ button) {
  const menu = button.closest("[popover]");
  return menu ? !button.hidden : button.checkVisibility();
}

/** @param {HTMLElement} button @returns {Command} */
function commandOf(button) {
  return {
    words: wordsOf(button),
    keys: button.getAttribute("aria-keyshortcuts")?.replace("+", " ") ?? "",
    press: () => (button.click(), focusOpened(button.closest("details"))),
  };
}

/** The words that are shown, without the shortcut. @param {HTMLElement} button */
function wordsOf(button) {
  const isInMenu = button.closest("[popover]") !== null;
  const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
  let words = "";
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    const isShown = isInMenu || around?.checkVisibility();
    if (isShown && !around?.closest("small")) words += ` ${texts.currentNode.textContent}`;
  }
  return (button.ariaLabel ?? words).replace(/\s+/g, " ").trim();
}

/** Without case and marks: people type tat tieng for Tắt tiếng. @param {string} words */
const plain = (words) =>
  words.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
