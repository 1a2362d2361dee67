// Whether VCC sends the agent calls: an absolute choice over a toggle that has only Online and
// Offline, and No Answer by itself.

import { Refusal } from "./refusal.js";
import { vendor } from "./vendor.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */

const MOST_TOGGLES = 2; // from No Answer the way to Offline leads over Online

export class Presence {
  /** In Console's words. @type {string} */
  wanted = "offline";
  /** The agent's choice has been made known to VCC: what it says after that is its own doing. */
  #known = false;
  /** As VCC showed it last; the script's own state is what was asked last. */
  #status = "Offline";

  /** @param {Surroundings} frame @param {import("./waiting.js").Waiting} waiting */
  constructor(frame, waiting) {
    this.frame = frame;
    this.waiting = waiting;
  }

  /** @param {string} availability */
  async set(availability) {
    this.wanted = availability;
    const done = await this.waiting.inTurn("presence", () => this.#apply());
    this.#known = true;
    if (done) return;
    this.#imposed();
    throw new Refusal("availability_refused");
  }

  /**
   * The vendor's server tells it; unasked, it has changed it.
   * @param {unknown} status
   * @param {boolean} runs
   */
  shown(status, runs) {
    this.#status = String(status);
    if (runs && this.#known && this.waiting.busy !== "presence" && !this.#fits) this.#imposed();
  }

  /** Its server is away: it may have forgotten the choice, or imposed another one meanwhile. */
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
      if (!(await this.waiting.ask(() => this.#toggle(), ["csShowCallStatus"]))) break;
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
