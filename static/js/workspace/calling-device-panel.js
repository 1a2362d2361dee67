// Where the agent takes calls: a choice that the phone system carries out, or refuses, and only
// then is shown as made.

import { refusalOf } from "../phone/line-info.js";
import { reason, text } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */
/** @typedef {import("../phone/line-info.js").Line} Line */
/** @typedef {(name: string, args: Record<string, any>) => Promise<Result>} Ask */

export class CallingDevicePanel {
  #form = /** @type {HTMLFormElement | null} */ (document.getElementById("device"));
  #words = document.getElementById("device-words");
  #mobile = document.getElementById("device-gsm");
  #busy = false;
  /** The mobile phone is chosen, and its number is not given yet. */
  #choosing = false;

  /** @param {Line[]} lines @param {Ask} ask */
  constructor(lines, ask) {
    this.lines = lines;
    this.ask = ask;
    this.#form?.addEventListener(
      "change",
      ({ target }) => void this.#chosen(/** @type {HTMLInputElement} */ (target)),
    );
    this.#form?.addEventListener(
      "submit",
      (event) => (event.preventDefault(), void this.#switch("gsm")),
    );
    document.getElementById("phone-menu")?.addEventListener("beforetoggle", () => this.#leave());
    for (const radio of this.#radios)
      radio.setAttribute("aria-disabled", String(!this.#offering(radio.value).length));
    this.show();
  }

  /** What the server shows counts, whichever tab it was chosen in. */
  show() {
    if (this.#busy || this.#choosing) return;
    for (const radio of this.#radios) radio.checked = radio.value === this.#now;
    if (this.#mobile) this.#mobile.hidden = this.#now !== "gsm";
  }

  #leave() {
    this.#choosing = false;
    this.show();
  }

  /** @returns {HTMLInputElement[]} */
  get #radios() {
    return /** @type {HTMLInputElement[]} */ ([
      ...(this.#form?.querySelectorAll("input[type=radio]") ?? []),
    ]);
  }

  get #now() {
    return document.getElementById("availability")?.dataset.device || "browser";
  }

  /** @param {string} device @returns {Line[]} */
  #offering(device) {
    return this.lines.filter(({ devices = [] }) => devices.includes(device));
  }

  /** @param {HTMLInputElement} target */
  async #chosen({ name, value }) {
    if (name !== "device") return;
    if (!this.#offering(value).length)
      return this.#back(refusalOf(this.lines[0], "browser", "set_device"));
    this.#choosing = value === "gsm";
    if (this.#mobile) this.#mobile.hidden = !this.#choosing;
    if (this.#choosing) return this.#number.focus();
    await this.#switch(value);
  }

  /** @param {string} device */
  async #switch(device) {
    if (this.#busy) return;
    const number = device === "gsm" ? this.#number.value.trim() : "";
    if (device === "gsm" && !number)
      return (this.#say(text("device.number")), this.#number.focus());
    this.#busy = true;
    this.#choosing = false;
    this.#say(text("device.switching"));
    const movable = this.#offering(device).filter(({ devices = [] }) => devices.length > 1);
    const results = await Promise.all(
      movable.map(({ connection }) =>
        this.ask("set_device", { connection, device, ...(number && { number }) }),
      ),
    );
    this.#busy = false;
    const refused = results.find(({ ok }) => !ok);
    if (refused) return this.#back(reason(refused));
    this.#say(this.#outcome(device, movable));
  }

  /** @param {string} device @param {Line[]} moved */
  #outcome(device, moved) {
    const stays = device === "browser" ? [] : this.lines.filter((line) => !moved.includes(line));
    return [
      text(`device.done.${device}`),
      ...stays.map(({ name }) => text("device.stays", { name })),
    ].join(" ");
  }

  /** @param {string} sentence */
  #back(sentence) {
    this.#leave();
    this.#say(sentence);
  }

  /** @returns {HTMLInputElement} */
  get #number() {
    return /** @type {HTMLInputElement} */ (document.getElementById("device-number"));
  }

  /** @param {string} sentence */
  #say(sentence) {
    if (this.#words) this.#words.textContent = sentence;
  }
}
