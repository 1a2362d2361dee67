// Notifies agents of incoming calls while they look at something else, if they and their browser
// allow it.

import { numberOf } from "./call-card.js";
import { storageOrMemory } from "../client/event-store.js";
import { text } from "../page/i18n.js";

/** The person's own switch, which all tabs of the browser share. */
export const OFF = "console.notify.off";
export const choices = storageOrMemory(() => localStorage);

/** @returns {"granted" | "denied" | "default" | "unsupported"} */
export const permission = () =>
  typeof Notification === "undefined" ? "unsupported" : Notification.permission;

export const isOn = () => permission() === "granted" && !choices.getItem(OFF);

/** @typedef {{words: string, notification: Notification | null}} Shown */

export class Notifications {
  /** call → its words, and what is on the person's screen @type {Map<string, Shown>} */
  #shown = new Map();

  constructor() {
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.#closeAll(),
    );
  }

  /** @param {HTMLElement[]} cards */
  show(cards) {
    const ringing = cards.filter((card) => card.dataset.state === "ringing");
    for (const card of ringing) this.#notify(card);
    const calls = new Set(ringing.map((card) => card.dataset.call));
    for (const [call, { notification }] of this.#shown) {
      if (!calls.has(call)) (notification?.close(), this.#shown.delete(call));
    }
  }

  /**
   * A later name takes the number's place, unless the person has closed it.
   * @param {HTMLElement} card
   */
  #notify(card) {
    const call = card.dataset.call ?? "";
    const words = text("notify.title", { number: numberOf(card) });
    const before = this.#shown.get(call);
    if (before && (before.words === words || !before.notification)) return;
    const hidden = document.visibilityState === "hidden" && isOn();
    const shown = { words, notification: hidden ? notify(call, words) : null };
    this.#shown.set(call, shown);
    shown.notification?.addEventListener("close", () => (shown.notification = null));
  }

  #closeAll() {
    for (const { notification } of this.#shown.values()) notification?.close();
  }
}

/**
 * The tag lets a second one take the place of the first without a sound.
 * @param {string} call @param {string} words @returns {Notification | null}
 */
function notify(call, words) {
  try {
    const options = { body: text("notify.body"), tag: `console-${call}`, requireInteraction: true };
    const notification = new Notification(words, options);
    notification.onclick = () => (window.focus(), notification.close());
    return notification;
  } catch {
    return null; // some browsers have the word, and let service workers alone use it
  }
}
