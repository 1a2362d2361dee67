// The age of the wall's data. The server sends a message every few seconds, if only a ping.

export const STALE_MS = 10_000;

/** @typedef {"connecting" | "online" | "stale"} Age */

export class WallAge {
  #online = false;

  /**
   * @param {() => number[]} clocks ms: the wall clock can be set back, the other one stops while a
   *   machine sleeps
   */
  constructor(clocks = () => [Date.now(), performance.now()]) {
    this.clocks = clocks;
    this.heardAt = clocks();
  }

  messageReceived() {
    this.heardAt = this.clocks();
  }

  /** @param {boolean} online */
  linked(online) {
    this.#online = online;
    if (online) this.messageReceived();
  }

  /** Since the last word of the server, or since the page was made. */
  get ms() {
    return Math.max(...this.clocks().map((now, clock) => now - this.heardAt[clock]));
  }

  /** @returns {Age} */
  get state() {
    if (this.ms > STALE_MS) return "stale";
    return this.#online ? "online" : "connecting";
  }
}
