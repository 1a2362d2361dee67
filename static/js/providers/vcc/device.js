// The device on which the agent takes calls. VCC's script puts an agent on the browser whenever a
// page signs in or takes the voice, at any time after it, so the agent's own choice is made again.
// Its own state keeps the device that was asked for last: only its callback counts.

import { mobile } from "./numbers.js";
import { Refusal } from "./refusal.js";
import { vendor } from "./vendor.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/** @typedef {"browser" | "ip_phone" | "gsm"} Device */
/** @typedef {{device: Device, number: string}} Choice */

/**
 * 2, 4 and 6 are phones of their own: one that needs a sign-in, one that does not, and the vendor's
 * app.
 * @type {Record<string, Device>}
 */
const DEVICES = { 1: "browser", 2: "ip_phone", 3: "gsm", 4: "ip_phone", 6: "ip_phone" };
const TYPES = { browser: 1, ip_phone: 2, gsm: 3 };
const ANSWER_MS = 5000;
// then whoever else wants another device has it: two pages would fight for ever
const MOST_AGAIN = 3;

export class Devices {
  /** @type {Choice} */
  wanted = { device: "browser", number: "" };
  /** As VCC showed it last. */
  #type = "1";
  /** What the page was told last. */
  #told = "browser";
  /** The device that VCC shows now is nobody's choice yet. */
  #settling = false;
  /**
   * The script has asked for the browser by itself, and the answer is on its way, before that to
   * anything asked later.
   */
  #forced = false;
  /** The device that is asked for at the moment. */
  #asked = "";
  /** @type {((code: string) => void) | null} */
  #answered = null;
  /** Asked for by the agent without an answer: it may come later. @type {Choice | null} */
  #unanswered = null;
  #again = 0;

  /** @param {Surroundings} frame @param {import("./waiting.js").Waiting} waiting */
  constructor(frame, waiting) {
    this.frame = frame;
    this.waiting = waiting;
  }

  /** @param {string} device @param {string} number */
  begin(device, number) {
    this.#settling = true;
    this.wanted = { device: device in TYPES ? /** @type {Device} */ (device) : "browser", number };
    this.#told = this.wanted.device;
  }

  get now() {
    return DEVICES[this.#type] ?? "ip_phone";
  }

  /** @param {string} device @param {string} [number] */
  async choose(device, number = "") {
    if (!Object.hasOwn(TYPES, device)) throw new Refusal("unsupported");
    const choice = {
      device: /** @type {Device} */ (device),
      number: device === "gsm" ? mobile(number) : "",
    };
    const code = await this.waiting.inTurn("device", () => this.#switch(choice));
    this.#unanswered = code === "device_unanswered" ? choice : null;
    if (!code) return this.#tell();
    this.frame.changed();
    throw new Refusal(code);
  }

  /** @param {Choice} choice @returns {Promise<string>} */
  async #switch(choice) {
    const before = this.wanted;
    this.wanted = choice;
    const here = choice.device === this.now;
    const same =
      here && choice.number === before.number && this.#unanswered?.device !== choice.device;
    const code = same ? "" : await this.#ask(choice);
    // some builds say nothing when the number alone has changed
    const silent = here && code === "device_unanswered";
    if (code && !silent) this.wanted = before;
    return code;
  }

  /** The voice has come here, and the script forces what it forces. */
  async restore() {
    this.#settling = true;
    this.#again = 0;
    await this.waiting.inTurn("device", async () => {
      this.#forced = this.now !== "browser";
      await this.#apply();
    });
    this.#settling = false;
    this.#tellIfOther();
  }

  /** No answer comes any more. */
  lost() {
    this.#forced = false;
    this.#unanswered = null;
  }

  /**
   * VCC shows where calls go.
   * @param {unknown} type
   * @param {boolean} ours the voice is here, and with it what calls go to
   */
  shown(type, ours) {
    this.#type = String(type);
    const forced = this.#forced && this.now === "browser";
    this.#forced &&= !forced;
    if (!this.#answered) return void (ours && this.#moved());
    if (this.now === this.#asked) this.#answered("");
    else if (!forced) this.#answered("device_refused");
  }

  /** Unasked: the script's doing, or our answer at last, or somebody has chosen at VCC itself. */
  async #moved() {
    const { now } = this;
    const late = this.#unanswered?.device === now ? this.#unanswered : null;
    const forced = !late && (now === "browser" || this.#settling) && now !== this.wanted.device;
    if (late) this.wanted = late;
    if (forced && this.#again++ < MOST_AGAIN)
      await this.waiting.inTurn("device", () => this.#apply());
    else if (now !== this.wanted.device) this.wanted = { device: now, number: "" };
    if (!this.#settling) this.#tellIfOther();
  }

  async #apply() {
    if (this.wanted.device !== this.now) await this.#ask(this.wanted);
  }

  /** @param {Choice} choice @returns {Promise<string>} "": VCC shows it; otherwise why not */
  #ask({ device, number }) {
    return new Promise((resolve) => {
      this.#asked = device;
      this.#answered = (code) => {
        clearTimeout(late);
        this.#answered = null;
        resolve(code);
      };
      const late = setTimeout(this.#answered, ANSWER_MS, "device_unanswered");
      if (!vendor.attempt("changeDevice", TYPES[device], ...(number ? [number] : [])))
        this.#answered("device_unanswered");
    });
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
