// A socket that the vendor's script keeps: open, lost, or given up.

/** @import { PhoneFrame } from "../../types/provider" */

// A script tries again by itself. With an expired token it gets an open socket each time, and would
// try for ever.
const PATIENCE_MS = 60_000;

export class VendorSocket {
  up = false;
  /** Since when it is lost; 0: it is not. */
  #lostAt = 0;
  #final = false;

  /** @param {PhoneFrame} frame */
  constructor(frame) {
    this.frame = frame;
  }

  ready() {
    if (!this.up) this.frame.emit({ type: "connected" });
    this.up = true;
    this.#lostAt = 0;
    this.#final = false;
  }

  /** @param {boolean} final it does not come back by itself */
  lost(final) {
    if (this.up) this.frame.emit({ type: "disconnected" });
    this.up = false;
    this.#lostAt ||= performance.now();
    this.#final ||= final;
  }

  /** Only a new frame brings it back. */
  get givenUp() {
    return this.#final || (this.#lostAt > 0 && performance.now() - this.#lostAt > PATIENCE_MS);
  }
}
