// The vendor's toggles have no target and no answer of their own: one at a time, and the callback
// that follows is the answer.

const ANSWER_MS = 5000;

export class Waiting {
  /** @type {Set<(name: string) => void>} */
  #waiting = new Set();
  #turn = Promise.resolve();
  /** What is asked for at the moment: a callback that comes meanwhile is its answer. */
  busy = "";

  /** @param {string} name of a callback */
  heard(name) {
    for (const wait of [...this.#waiting]) wait(name);
  }

  /**
   * @param {string[]} names
   * @param {number} [ms]
   * @returns {Promise<boolean>} whether one of them came in time
   */
  next(names, ms = ANSWER_MS) {
    return new Promise((resolve) => {
      /** @param {boolean} came */
      const end = (came) => {
        clearTimeout(late);
        this.#waiting.delete(wait);
        resolve(came);
      };
      const late = setTimeout(end, ms, false);
      const wait = (/** @type {string} */ name) => names.includes(name) && end(true);
      this.#waiting.add(wait);
    });
  }

  /**
   * Asks, and waits for the answer. Some versions of the script do not answer when nothing changed.
   * @param {() => unknown} ask @param {string[]} names @param {number} [ms] @returns {Promise<boolean>} whether an answer came
   */
  ask(ask, names, ms) {
    const answer = this.next(names, ms);
    ask();
    return answer;
  }

  /** @template T @param {string} what @param {() => Promise<T>} work @returns {Promise<T>} */
  inTurn(what, work) {
    const done = this.#turn.then(async () => {
      this.busy = what;
      try {
        return await work();
      } finally {
        this.busy = "";
      }
    });
    this.#turn = done.then(
      () => {},
      () => {},
    );
    return done;
  }
}
