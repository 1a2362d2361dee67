// The device on which the agent takes calls. VCC's script puts an agent on the browser whenever a
// page signs in or takes the voice, at any time after it, so the agent's own choice is made again.
// The script's own state is the device that was asked for last: only its callback counts.

import { CommandError } from "../kit/run-command.js";
import { mobile } from "./numbers.js";
import { vendor } from "./vendor.js";

/** @import { PhoneFrame } from "../../types/provider" */
/** @import { CallbackQueue } from "../kit/callback-queue.js" */
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
// then another page that wants another device has it: the two would switch for ever
const MOST_RESTORES = 3;

export class Devices {
  /** @type {Choice} */
  wanted = { device: "browser", number: "" };
  /** As VCC showed it last. */
  #type = "1";
  /** The last report to the page. */
  #reported = "browser";
  /** The device that VCC shows now is nobody's choice yet. */
  #settling = false;
  /** The script itself has asked for the browser, and VCC answers that first. */
  #forced = false;
  /** The device that is asked for at the moment. */
  #asked = "";
  /** @type {((code: string) => void) | null} */
  #answer = null;
  /** The agent's choice without an answer, which may come later. @type {Choice | null} */
  #unanswered = null;
  #restores = 0;

  /** @param {PhoneFrame} frame @param {CallbackQueue} queue */
  constructor(frame, queue) {
    this.frame = frame;
    this.queue = queue;
  }

  /** @param {string} device @param {string} number */
  begin(device, number) {
    this.#settling = true;
    this.wanted = { device: device in TYPES ? /** @type {Device} */ (device) : "browser", number };
    this.#reported = this.wanted.device;
  }

  get now() {
    return DEVICES[this.#type] ?? "ip_phone";
  }

  get inBrowser() {
    return this.now === "browser";
  }

  /** The agent's device is asked for: a call that comes now rings on another one, or nowhere. */
  get isOnItsWay() {
    return this.#settling && this.now !== this.wanted.device;
  }

  /** @param {string} device @param {string} [number] */
  async choose(device, number = "") {
    if (!Object.hasOwn(TYPES, device)) throw new CommandError("unsupported");
    const choice = {
      device: /** @type {Device} */ (device),
      number: device === "gsm" ? mobile(number) : "",
    };
    const code = await this.queue.inTurn("device", () => this.#switch(choice));
    this.#unanswered = code === "device_unanswered" ? choice : null;
    if (!code) return this.#report();
    this.frame.changed();
    throw new CommandError(code);
  }

  /** @param {Choice} choice @returns {Promise<string>} */
  async #switch(choice) {
    const before = this.wanted;
    this.wanted = choice;
    const here = choice.device === this.now;
    const same =
      here && choice.number === before.number && this.#unanswered?.device !== choice.device;
    const code = same ? "" : await this.#ask(choice);
    // some builds do not answer when the number alone has changed
    const silent = here && code === "device_unanswered";
    if (code && !silent) this.wanted = before;
    return code;
  }

  /** Makes the agent's choice again: the voice has come here, and the script forces the browser. */
  async restore() {
    this.#settling = true;
    this.#restores = 0;
    await this.queue.inTurn("device", async () => {
      this.#forced = this.now !== "browser";
      await this.#apply();
    });
    this.#settling = false;
    this.#reportIfOther();
  }

  /** The socket is lost: no answer comes any more. */
  lost() {
    this.#forced = false;
    this.#unanswered = null;
  }

  /** VCC shows where calls go. @param {unknown} type @param {boolean} ours the voice is here */
  shown(type, ours) {
    this.#type = String(type);
    const forced = this.#forced && this.now === "browser";
    this.#forced &&= !forced;
    if (!this.#answer) return void (ours && this.#moved());
    if (this.now === this.#asked) this.#answer("");
    else if (!forced) this.#answer("device_refused");
  }

  /** Handles an unrequested change: by the script, a late answer, or a person at VCC. */
  async #moved() {
    const { now } = this;
    const late = this.#unanswered?.device === now ? this.#unanswered : null;
    const forced = !late && (now === "browser" || this.#settling) && now !== this.wanted.device;
    if (late) this.wanted = late;
    if (forced && this.#restores++ < MOST_RESTORES)
      await this.queue.inTurn("device", () => this.#apply());
    else if (now !== this.wanted.device) this.wanted = { device: now, number: "" };
    if (!this.#settling) this.#reportIfOther();
  }

  async #apply() {
    if (this.wanted.device !== this.now) await this.#ask(this.wanted);
  }

  /** @param {Choice} choice @returns {Promise<string>} "": VCC shows it; otherwise why not */
  #ask({ device, number }) {
    return new Promise((resolve) => {
      this.#asked = device;
      this.#answer = (code) => {
        clearTimeout(late);
        this.#answer = null;
        resolve(code);
      };
      const late = setTimeout(() => this.#giveUp(), ANSWER_MS);
      if (!vendor.attempt("changeDevice", TYPES[device], ...(number ? [number] : [])))
        this.#answer("device_unanswered");
    });
  }

  /** The script believes the request at once: a call would then have no end, and no hang-up. */
  #giveUp() {
    vendor.voice.deviceType = Number(this.#type);
    this.#answer?.("device_unanswered");
  }

  #reportIfOther() {
    if (this.now !== this.#reported) this.#report();
    this.frame.changed();
  }

  #report() {
    this.#reported = this.now;
    const number = this.now === "gsm" ? this.wanted.number : "";
    this.frame.emit({ type: "device_changed", device: this.now, ...(number && { number }) });
  }
}
