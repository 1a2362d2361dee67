// Waiting: for a time that can be cut short or given up, and for a condition that nothing reports.

const LOOK_MS = 100;

/** @param {number} ms @returns {Promise<void>} */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {() => boolean} done
 * @param {number} within ms
 * @returns {Promise<boolean>} whether it was done in time
 */
export async function until(done, within) {
  for (const late = performance.now() + within; !done() && performance.now() < late;)
    await sleep(LOOK_MS);
  return done();
}

/** A pause that can be cut short. */
export class Pause {
  end = () => {};

  /** @param {number} ms @returns {Promise<void>} */
  for(ms) {
    return new Promise((resolve) => {
      this.end = resolve;
      setTimeout(resolve, ms);
    });
  }
}

/** A timer that can be started again, and stopped. */
export class Timer {
  #timeout = 0;

  /** @param {() => void} run @param {number} ms */
  start(run, ms) {
    this.stop();
    this.#timeout = setTimeout(run, ms);
  }

  stop() {
    clearTimeout(this.#timeout);
    this.#timeout = 0;
  }

  /** It was started, and not stopped since. */
  get started() {
    return this.#timeout !== 0;
  }
}
