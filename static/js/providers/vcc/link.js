// The vendor's socket to its agent server, of which the script tells when it is there, away, or
// given up.

/** @typedef {import("../../types/provider").Surroundings} Surroundings */

// It tries every ten seconds. With a token that is good no more it gets an open socket each time,
// and would try for ever.
const PATIENCE_MS = 60_000;

export class Link {
  up = false;
  /** Since when the socket is away; 0: it is not. */
  #lostAt = 0;
  #worn = false;

  /** @param {Surroundings} frame */
  constructor(frame) {
    this.frame = frame;
  }

  ready() {
    if (!this.up) this.frame.emit({ type: "connected" });
    this.up = true;
    this.#lostAt = 0;
    this.#worn = false;
  }

  /** @param {boolean} worn */
  lost(worn) {
    if (this.up) this.frame.emit({ type: "disconnected" });
    this.up = false;
    this.#lostAt ||= performance.now();
    this.#worn ||= worn;
  }

  /** Only a new frame brings it back, with a new token. */
  get worn() {
    return this.#worn || (this.#lostAt > 0 && performance.now() - this.#lostAt > PATIENCE_MS);
  }
}
