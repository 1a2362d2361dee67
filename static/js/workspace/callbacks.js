// The numbers to call back: claims, dismissals, and the order of the list.

import { reason } from "../page/i18n.js";
import { newestFirst, reorder } from "../wall/reorder.js";

/** @typedef {import("../phone/phone.js").Result} Result */
/**
 * @typedef {object} Desk
 * @property {(name: string, args: Record<string, any>) => Promise<Result>} command
 * @property {(number: string) => void} fill writes a number into the dial field
 * @property {(sentence: string) => void} showNotice
 */

/** @param {HTMLElement} row @returns {Record<string, any>} */
const numberOf = (row) => ({ number: row.dataset.number ?? "" });

/** What the buttons do. @type {Record<string, (row: HTMLElement, desk: Desk) => Promise<Result>>} */
const PRESSED = {
  call: async (row, { command, fill }) => {
    const result = await command("callback_claim", numberOf(row));
    // Without Console's server the phone still works.
    if (result.ok || result.code === "offline") fill(row.dataset.number ?? "");
    return result;
  },
  claim: (row, { command }) => command("callback_claim", numberOf(row)),
  release: (row, { command }) => command("callback_release", numberOf(row)),
};

/**
 * @param {HTMLElement} pressed a button, or the form of a dismissal
 * @param {Desk} desk
 */
export async function carryOut(pressed, desk) {
  const row = /** @type {HTMLElement | null} */ (pressed.closest(".callback"));
  if (!row) return;
  const result =
    pressed instanceof HTMLFormElement
      ? await desk.command("callback_dismiss", {
          ...numberOf(row),
          reason: new FormData(pressed).get("reason"),
        })
      : await PRESSED[pressed.dataset.callback ?? ""]?.(row, desk);
  if (result && !result.ok) desk.showNotice(reason(result));
}

/** Marks the person's own claims, and keeps the newest number first. */
export class CallbackList {
  /** @param {string} user */
  constructor(user) {
    this.user = user;
    document.addEventListener("console:applied", () => this.show());
    for (const left of ["pointerout", "focusout"])
      document.addEventListener(left, ({ target }) => {
        if (this.#list?.contains(/** @type {Node} */ (target))) setTimeout(() => this.#arrange());
      });
    this.show();
  }

  get #list() {
    return document.getElementById("callback-rows");
  }

  show() {
    for (const row of this.#rows())
      row.toggleAttribute("data-local-mine", row.dataset.claimedBy === this.user);
    this.#arrange();
  }

  #rows() {
    return /** @type {HTMLElement[]} */ ([...(this.#list?.children ?? [])]);
  }

  /** Nothing moves under a pointer or a focus in the list. */
  #arrange() {
    const list = this.#list;
    if (!list || list.matches(":hover, :focus-within")) return;
    const rows = this.#rows();
    for (const [row, before] of reorder(rows, rows.toSorted(newestFirst)))
      list.insertBefore(row, before);
  }
}
