// One beat a second, also while the page is hidden.

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
