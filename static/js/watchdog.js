// The frame's own fence (design 5): a page that is stopped says nothing, and its phone must not ring.

import { workerBeat } from "./ticker.js";

const clocksNow = () => ({ wall: Date.now(), monotonic: performance.now() });

export class Watchdog {
  #heard;
  #closed = false;

  /**
   * @param {(closed: boolean) => void} onchange
   * @param {() => {wall: number, monotonic: number}} clocks
   * @param {(tick: () => void) => void} beat of a timer that hidden pages do not slow down
   */
  constructor(onchange, clocks = clocksNow, beat = workerBeat()) {
    this.onchange = onchange;
    this.clocks = clocks;
    this.#heard = clocks();
    /** Ms without word after which it closes; 0: the workspace has not said it yet. */
    this.patience = 0;
    beat(() => this.closed);
  }

  /** A word from the workspace. */
  heard() {
    this.#heard = this.clocks();
    this.#judge(false);
  }

  /** Judged anew: a timer may be late. */
  get closed() {
    if (this.patience && this.#silentMs() >= this.patience) this.#judge(true);
    return this.#closed;
  }

  /** Of the two clocks one stops while a machine sleeps and the other can be set. */
  #silentMs() {
    const { wall, monotonic } = this.clocks();
    return Math.max(wall - this.#heard.wall, monotonic - this.#heard.monotonic);
  }

  /** @param {boolean} closed */
  #judge(closed) {
    if (closed === this.#closed) return;
    this.#closed = closed;
    this.onchange(closed);
  }
}
