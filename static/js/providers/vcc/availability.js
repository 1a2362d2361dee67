// Whether VCC sends the agent calls: an absolute choice over a toggle that has only Online and
// Offline, and that VCC sets to No Answer by itself.

import { CommandError } from "../kit/run-command.js";
import { vendor } from "./vendor.js";

/** @import { PhoneFrame } from "../../types/provider" */
/** @import { CallbackQueue } from "../kit/callback-queue.js" */

const MOST_TOGGLES = 2; // from No Answer the way to Offline leads over Online

export class Availability {
  /** In Console's words. @type {string} */
  wanted = "offline";
  /** VCC knows the agent's choice: another status is VCC's own doing. */
  #known = false;
  /** As VCC showed it last; the script's own state is the one that was asked for last. */
  #status = "Offline";

  /** @param {PhoneFrame} frame @param {CallbackQueue} queue */
  constructor(frame, queue) {
    this.frame = frame;
    this.queue = queue;
  }

  /** @param {string} availability */
  async set(availability) {
    this.wanted = availability;
    const done = await this.queue.inTurn("availability", () => this.#apply());
    this.#known = true;
    if (done) return;
    this.#imposed();
    throw new CommandError("availability_refused");
  }

  /**
   * VCC's server shows the status; unasked, the server has changed it.
   * @param {unknown} status
   * @param {boolean} runs
   */
  shown(status, runs) {
    this.#status = String(status);
    if (runs && this.#known && this.queue.busy !== "availability" && !this.#fits) this.#imposed();
  }

  /** The socket is lost: the server may forget the choice, or impose another one. */
  lost() {
    this.#known = false;
  }

  async back() {
    this.#known = true;
    if (this.#status !== "No Answer") await this.set(this.wanted);
    else if (!this.#fits) this.#imposed();
  }

  async #apply() {
    for (let toggles = 0; toggles < MOST_TOGGLES && !this.#fits; toggles++) {
      if (!(await this.queue.request(() => this.#toggle(), ["csShowCallStatus"]))) break;
    }
    return this.#fits;
  }

  #toggle() {
    const setter = this.wanted === "available" ? "makeStatusOnline" : "makeStatusOffline";
    vendor.attempt(vendor.has(setter) ? setter : "changeCallStatus");
  }

  /** No Answer brings no calls either. */
  get #fits() {
    return (this.wanted === "available") === (this.#status === "Online");
  }

  #imposed() {
    this.wanted = this.#status === "Online" ? "available" : "away";
    const reason = this.#status === "No Answer" ? "missed_call" : "";
    this.frame.emit({ type: "availability_changed", availability: this.wanted, reason });
  }
}
