// Whether incoming calls are shown as notifications: the browser's permission, and the person's own
// switch, which all tabs of the browser share.

import { OFF, choices, isOn, permission } from "./notifications.js";
import { text } from "../page/i18n.js";

/** The button that asks, and where a page has them the switch and the sentence. */
export class NotifyChoice {
  #button = /** @type {HTMLElement} */ (document.getElementById("notify-button"));
  #switch = /** @type {HTMLInputElement | null} */ (document.getElementById("notify-on"));
  #words = document.getElementById("notify-words");

  constructor() {
    this.#button.addEventListener("click", () => void this.#ask());
    this.#switch?.addEventListener("change", () => this.#turn());
    addEventListener("storage", ({ key }) => key === OFF && this.#draw());
    // The permission is changed in the browser's own menus, beside the page.
    document.addEventListener("visibilitychange", () => this.#draw());
    this.#draw();
  }

  async #ask() {
    await Notification.requestPermission();
    this.#draw();
  }

  #turn() {
    if (this.#switch?.checked) choices.removeItem(OFF);
    else choices.setItem(OFF, "1");
    this.#draw();
  }

  #draw() {
    const state = permission();
    this.#button.hidden = state !== "default";
    if (this.#switch)
      Object.assign(this.#switch, { checked: isOn(), disabled: state !== "granted" });
    const words = text(`notify.${state === "granted" && !isOn() ? "off" : state}`);
    if (this.#words && this.#words.textContent !== words) this.#words.textContent = words;
  }
}
