// Where the agent takes calls. VCC puts an agent on the browser when a page signs in, so the agent's own choice is made again after that.

import { mobile } from "./numbers.js";
import { Refusal } from "./refusal.js";
import { vendor } from "./vendor.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/** @typedef {"browser" | "ip_phone" | "gsm"} Device */

/** 2, 4 and 6 are phones of their own: one that needs a sign-in, one that does not, and the vendor's app. @type {Record<string, Device>} */
const DEVICES = { 1: "browser", 2: "ip_phone", 3: "gsm", 4: "ip_phone", 6: "ip_phone" };
const TYPES = { browser: 1, ip_phone: 2, gsm: 3 };
const SETTLE_MS = 500;

export class Devices {
  /** @type {{device: Device, number: string}} */
  wanted = { device: "browser", number: "" };
  /** What the page was told last. */
  #told = "browser";
  #settling = false;

  /** @param {Surroundings} frame @param {import("./waiting.js").Waiting} waiting */
  constructor(frame, waiting) {
    this.frame = frame;
    this.waiting = waiting;
  }

  /** @param {string} device @param {string} number */
  begin(device, number) {
    this.#settling = true; // until the first restore(): what VCC says at the start is no choice of anybody
    this.wanted = { device: device in TYPES ? /** @type {Device} */ (device) : "browser", number };
    this.#told = this.wanted.device;
  }

  get now() {
    return DEVICES[String(vendor.voice.deviceType ?? 1)] ?? "ip_phone";
  }

  /** @param {string} device @param {string} [number] */
  async choose(device, number = "") {
    if (!Object.hasOwn(TYPES, device)) throw new Refusal("unsupported");
    const wanted = { device: /** @type {Device} */ (device), number: device === "gsm" ? mobile(number) : "" };
    const same = wanted.device === this.now && wanted.number === this.wanted.number;
    const before = this.wanted;
    this.wanted = wanted;
    if (same || (await this.waiting.inTurn("device", () => this.#apply()))) return this.#tell();
    this.wanted = { ...before, device: this.now };
    this.#tellIfOther();
    throw new Refusal("device_refused");
  }

  /** After VCC may have moved the agent by itself. */
  async restore() {
    this.#settling = true;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (this.wanted.device !== this.now) await this.waiting.inTurn("device", () => this.#apply());
    this.#settling = false;
    this.#tellIfOther();
  }

  /** The vendor's server tells it; unasked, somebody has changed it elsewhere, or the voice is about to come here and restore() follows. */
  async shown() {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (this.waiting.busy === "device" || this.#settling || this.wanted.device === this.now) return;
    this.wanted = { device: this.now, number: this.now === "gsm" ? this.wanted.number : "" };
    this.#tellIfOther();
  }

  /** @returns {Promise<boolean>} */
  async #apply() {
    const { device, number } = this.wanted;
    const args = number ? [TYPES[device], number] : [TYPES[device]];
    await this.waiting.ask(() => vendor.call("changeDevice", ...args), "csShowDeviceType");
    return this.now === device;
  }

  #tellIfOther() {
    if (this.now !== this.#told) this.#tell();
    this.frame.changed();
  }

  #tell() {
    this.#told = this.now;
    const number = this.now === "gsm" ? this.wanted.number : "";
    this.frame.emit({ type: "device_changed", device: this.now, ...(number && { number }) });
  }
}
