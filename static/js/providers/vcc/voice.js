// The voice, which VCC gives to one page per agent at a time.

import { vendor } from "./vendor.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */

const ANSWER_MS = 5000;

export class Voice {
  /** At a page outside Console: a person decides, not we. */
  elsewhere = false;
  /**
   * Our lease says that the phone is here. A voice that another page has taken comes back by a
   * person's click alone.
   */
  #ours = true;
  #claiming = false;
  /** The last word to the page. */
  #told = true;

  /** @param {Surroundings} frame @param {import("./waiting.js").Waiting} waiting */
  constructor(frame, waiting) {
    this.frame = frame;
    this.waiting = waiting;
  }

  /** @param {boolean} elsewhere where the phone that ran here before left it */
  begin(elsewhere) {
    this.elsewhere = elsewhere;
    this.#ours = !elsewhere;
  }

  /** A person wants it here. */
  wish() {
    this.#ours = true;
  }

  get here() {
    return Boolean(vendor.voice.enableVoice);
  }

  /** A claim is due: a person's wish, or our lease, and VCC has not given it yet. */
  get wished() {
    return this.#ours && (this.elsewhere || !this.here);
  }

  /** @returns {Promise<boolean>} whether the vendor's server said where it is */
  async claim() {
    let answered = true;
    if (this.#ours && (!this.here || this.elsewhere)) {
      this.#claiming = true;
      answered = await this.waiting.ask(
        () => vendor.attempt("csEnableCall"),
        ["csShowEnableVoice"],
        ANSWER_MS,
      );
      this.#claiming = false;
    }
    if (!answered) return false; // nobody has said that it is elsewhere
    const { here } = this;
    this.#ours = here;
    this.#tell(here);
    return true;
  }

  /**
   * The vendor's server says it unasked. At a new login it may still have our own dead socket for
   * another page: that takes nothing.
   * @param {boolean} here @param {boolean} up the login is complete @returns {boolean} whether it is news; else it answers our claim
   */
  told(here, up) {
    if (this.#claiming || (!here && !up && this.#ours)) return false;
    if (here || !this.elsewhere) this.#ours = here;
    this.#tell(here);
    return true;
  }

  /** The phone starts anew: with a wish, its successor claims. */
  leave() {
    if (this.#ours) this.elsewhere = false;
  }

  /** @param {boolean} here */
  #tell(here) {
    this.elsewhere = !here;
    if (here === this.#told) return;
    this.#told = here;
    this.frame.emit({ type: "ownership_changed", owner: here });
  }
}
