// Requests to a script that answers by callbacks: one request at a time, and the callback that
// follows is its answer.

const ANSWER_MS = 5000;

export class CallbackQueue {
  /** @type {Set<(name: string) => void>} */
  #waiting = new Set();
  #turn = Promise.resolve();
  /** The request that runs; a callback that comes meanwhile is its answer. */
  busy = "";

  /** @param {string} name of a callback */
  received(name) {
    for (const wait of [...this.#waiting]) wait(name);
  }

  /**
   * Sends a request and waits for its answer. Some scripts do not answer when nothing changed.
   * @param {() => unknown} send
   * @param {string[]} names of the callbacks that answer
   * @param {number} [ms]
   * @returns {Promise<boolean>} whether one of them came in time
   */
  request(send, names, ms = ANSWER_MS) {
    const answer = this.#next(names, ms);
    send();
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

  /** @param {string[]} names @param {number} ms @returns {Promise<boolean>} */
  #next(names, ms) {
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
}
