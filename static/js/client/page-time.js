// Time in a page that may be hidden or stopped: one beat a second, the pauses of a frozen tab or a
// machine that slept, and the wait before the next try.

const STOPPED_MS = 2000;
const WAKING_MS = 1000;
const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** @returns {(tick: () => void) => void} starts calling `tick` every second */
export function workerBeat() {
  return (tick) => {
    try {
      const worker = new Worker(new URL("../worker-timer.js", import.meta.url), { type: "module" });
      worker.onmessage = tick;
      worker.onerror = () => setInterval(tick, 1000);
    } catch {
      // An embedding page's policy may refuse workers: a timer that sleeps in hidden pages is
      // better than none.
      setInterval(tick, 1000);
    }
  };
}

export class Ticker {
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {(tick: () => void) => void} beat */
  constructor(beat = workerBeat()) {
    beat(() => this.#listeners.forEach((listener) => listener()));
  }

  /** @param {() => void} listener */
  each(listener) {
    this.#listeners.add(listener);
  }

  /** Resolves at the first beat after that time. @param {number} ms @returns {Promise<void>} */
  after(ms) {
    const due = performance.now() + ms;
    return new Promise((resolve) => {
      const check = () => {
        if (performance.now() < due) return;
        this.#listeners.delete(check);
        resolve();
      };
      this.#listeners.add(check);
    });
  }
}

/** Whether this page goes on after it was stopped: its waiting events may be long over. */
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

/**
 * How long to wait before the next try. The random half keeps a whole call centre from coming back
 * in one instant.
 * @param {number} tries how many have failed in a row, from 1
 * @param {() => number} [random]
 * @returns {number} ms
 */
export function backOff(tries, random = Math.random) {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (Math.min(tries, 20) - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}
