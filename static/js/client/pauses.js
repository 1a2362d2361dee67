// Whether this page goes on after it was stopped (a frozen tab, a machine that slept): what waited
// for it may be long over.

const STOPPED_MS = 2000;
const WAKING_MS = 1000;

export class Pauses {
  /**
   * @param {() => number[]} [clocks] ms: the wall clock can be set back, the other one stops while
   *   a machine sleeps
   */
  constructor(clocks = () => [Date.now(), performance.now()]) {
    this.clocks = clocks;
    this.beatAt = clocks();
    /** @type {number[] | null} */
    this.wokeAt = null;
  }

  /** Each second. */
  beat() {
    if (this.#since(this.beatAt) > STOPPED_MS) this.wokeAt = this.clocks();
    this.beatAt = this.clocks();
  }

  /** Also before the first beat: what waited may come first. */
  get justWoke() {
    if (this.#since(this.beatAt) > STOPPED_MS) return true;
    return this.wokeAt !== null && this.#since(this.wokeAt) < WAKING_MS;
  }

  /** @param {number[]} then */
  #since(then) {
    return Math.max(...this.clocks().map((now, clock) => now - then[clock]));
  }
}
