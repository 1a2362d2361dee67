// Tells of an incoming call while the person looks at something else, if she has asked for it and the browser lets us.

import { numberOf } from "./call-card.js";
import { text } from "./texts.js";

/** @returns {"granted" | "denied" | "default" | "unsupported"} */
const permission = () => (typeof Notification === "undefined" ? "unsupported" : Notification.permission);

export class Notifications {
  #button = /** @type {HTMLElement} */ (document.getElementById("notify-button"));
  #words = /** @type {HTMLElement} */ (document.getElementById("notify-words"));
  /** call → what is on the person's screen for it @type {Map<string, Notification | null>} */
  #shown = new Map();

  constructor() {
    this.#button.addEventListener("click", () => void this.#ask());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#closeAll());
    this.#draw();
  }

  /** @param {HTMLElement[]} cards */
  show(cards) {
    const ringing = cards.filter((card) => card.dataset.state === "ringing");
    for (const card of ringing) if (!this.#shown.has(card.dataset.call ?? "")) this.#tell(card);
    const calls = new Set(ringing.map((card) => card.dataset.call));
    for (const [call, notification] of this.#shown) {
      if (!calls.has(call)) (notification?.close(), this.#shown.delete(call));
    }
  }

  async #ask() {
    await Notification.requestPermission();
    this.#draw();
  }

  /** @param {HTMLElement} card */
  #tell(card) {
    const hidden = document.visibilityState === "hidden" && permission() === "granted";
    this.#shown.set(card.dataset.call ?? "", hidden ? notify(card) : null);
  }

  #closeAll() {
    for (const notification of this.#shown.values()) notification?.close();
  }

  #draw() {
    const state = permission();
    this.#button.hidden = state !== "default";
    this.#words.textContent = text(`notify.${state}`);
  }
}

/** @param {HTMLElement} card @returns {Notification | null} */
function notify(card) {
  try {
    const options = { body: text("notify.body"), tag: `console-${card.dataset.call}`, requireInteraction: true };
    const notification = new Notification(text("notify.title", { number: numberOf(card) }), options);
    notification.onclick = () => (window.focus(), notification.close());
    return notification;
  } catch {
    return null; // some browsers have the word, and let service workers alone use it
  }
}
