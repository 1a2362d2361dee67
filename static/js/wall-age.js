// How old what the wall shows is. The server speaks every few seconds, if only with a ping.

export const STALE_MS = 10_000;

/** @typedef {"connecting" | "online" | "stale"} Age */

export class WallAge {
  /** @type {number | null} */
  #heardAt = null;
  #online = false;

  /** @param {() => number} clock ms; it goes on while the machine sleeps */
  constructor(clock = Date.now) {
    this.clock = clock;
    this.openedAt = clock();
  }

  heard() {
    this.#heardAt = this.clock();
  }

  /** @param {boolean} online */
  linked(online) {
    this.#online = online;
    if (online) this.heard();
  }

  /** Since the last word of the server, or since the page was made. */
  get ms() {
    return Math.max(0, this.clock() - (this.#heardAt ?? this.openedAt));
  }

  /** @returns {Age} */
  get state() {
    if (this.ms > STALE_MS) return "stale";
    return this.#online ? "online" : "connecting";
  }
}
