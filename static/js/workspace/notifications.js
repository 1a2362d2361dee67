// Notifies agents of incoming calls while they look at something else, if they and their browser
// allow it.

import { nameOf } from "./call-card.js";
import { storageOrMemory } from "../client/event-store.js";
import { text } from "../page/i18n.js";

/** The person's own switch, which all tabs of the browser share. */
export const OFF = "console.notify.off";
export const choices = storageOrMemory(() => localStorage);

// A worker that does not start in this time: the page's own notifications serve.
const PATIENCE_MS = 2000;

/** @returns {"granted" | "denied" | "default" | "unsupported"} */
export const permission = () =>
  typeof Notification === "undefined" ? "unsupported" : Notification.permission;

export const isOn = () => permission() === "granted" && !choices.getItem(OFF);

/**
 * Actions need a worker, and a tab of our own to come back to.
 * @param {any} scope the page's window
 */
export const hasActions = (scope) =>
  Boolean(
    scope.isSecureContext &&
    scope.top === scope.self &&
    scope.navigator.serviceWorker &&
    scope.Notification?.maxActions > 0,
  );

/** @typedef {EventTarget & {close: () => void}} Notice */
/** @typedef {{words: string, notification: Notice | null}} Shown */

export class Notifications {
  /** call → its words, and what is on the person's screen @type {Map<string, Shown>} */
  #shown = new Map();

  /** @type {(call: string, words: string) => Notice | null} */
  #open = notify;
  #asked = false;
  /** The worker starts: what rings waits for it. */
  #isOpening = false;
  /** @type {HTMLElement[]} */
  #cards = [];

  /** @param {() => boolean} owns the phone is in this tab */
  constructor(owns) {
    this.owns = owns;
    void this.#fetchWorker();
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.#closeAll(),
    );
  }

  /** Nothing is registered before the person has allowed notifications. */
  async #fetchWorker() {
    if (this.#asked || !isOn() || !hasActions(globalThis)) return;
    this.#asked = this.#isOpening = true;
    setTimeout(() => this.#opened(), PATIENCE_MS);
    try {
      const { openWorkerNotices } = await import("./worker-notices.js");
      this.#open = await openWorkerNotices(this.owns);
      if (!this.#isOpening) this.#showAgain();
    } catch {
      // The page's own notifications stay.
    }
    this.#opened();
  }

  /** A worker that starts late brings its actions to what is on the screen. */
  #showAgain() {
    for (const [call, { notification }] of this.#shown)
      if (notification) (notification.close(), this.#shown.delete(call));
    this.show(this.#cards);
  }

  #opened() {
    if (!this.#isOpening) return;
    this.#isOpening = false;
    this.show(this.#cards);
  }

  /** @param {HTMLElement[]} cards */
  show(cards) {
    if (cards.length) void this.#fetchWorker();
    this.#cards = cards;
    if (this.#isOpening) return;
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
    const words = text("notify.title", { number: nameOf(card) });
    const before = this.#shown.get(call);
    if (before && (before.words === words || !before.notification)) return;
    const hidden = document.visibilityState === "hidden" && isOn();
    const shown = { words, notification: hidden ? this.#open(call, words) : null };
    this.#shown.set(call, shown);
    shown.notification?.addEventListener("close", () => (shown.notification = null));
  }

  #closeAll() {
    for (const { notification } of this.#shown.values()) notification?.close();
  }
}

/**
 * The tag lets a second one take the place of the first without a sound.
 * @param {string} call @param {string} words @returns {Notice | null}
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
