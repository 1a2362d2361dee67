// The server's clock, as seen from here. A browser's own clock may be hours wrong and may jump; the
// monotonic one only pauses while a machine sleeps.

const SAMPLES = 6;

export class ServerClock {
  /** @param {{wall: () => number, monotonic: () => number}} [clocks] */
  constructor(clocks = { wall: () => Date.now(), monotonic: () => performance.now() }) {
    this.clocks = clocks;
    /** @type {number[]} */
    this.offsets = [];
  }

  /**
   * Every message is late by its journey and never early: the largest of the last offsets is the
   * truest.
   * @param {number} at server time, ms
   */
  synchronise(at) {
    this.offsets = [...this.offsets, at - this.clocks.monotonic()].slice(-SAMPLES);
  }

  /** @returns {number} ms */
  now() {
    if (!this.offsets.length) return this.clocks.wall();
    return Math.round(this.clocks.monotonic() + Math.max(...this.offsets));
  }

  /**
   * @param {number} at a moment by this browser's wall clock
   * @returns {number} the same moment in server time, whole ms
   */
  fromWall(at) {
    return Math.round(at + this.now() - this.clocks.wall());
  }
}

export const serverClock = new ServerClock();

/** Server time in ms; the browser's own until the first message of the server. */
export const serverNow = () => serverClock.now();
