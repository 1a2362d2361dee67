// The lock that every phone of this browser and site holds: two tabs never have a phone at the same
// time, even if the server knows of neither.

import { holdLock } from "./browser-locks.js";

/** @typedef {import("./browser-locks.js").Release} Release */

const LOCK = "console-phone";
// A tab that hangs keeps the lock although the server has given its phone to us: then we take it.
const PATIENCE_MS = 3000;
// The server may not know yet that the socket of a dead page is closed.
const AGAIN_MS = 1000;

/**
 * @param {{steal: boolean, signal: AbortSignal, onlost: () => void}} how steal: after a take-over
 * @returns {Promise<Release | null>} null when `signal` has ended it
 */
export async function takePhoneLock({ steal, signal, onlost }, lock = holdLock) {
  const release = await lock(LOCK, { steal, signal, onlost, patienceMs: PATIENCE_MS });
  return release || signal.aborted ? release : lock(LOCK, { steal: true, onlost });
}

/**
 * @typedef {object} WatchOptions
 * @property {() => void} onfree
 * @property {(ms: number) => Promise<void>} pause
 * @property {typeof holdLock} [lock]
 */

/**
 * Notices that the page which holds the phone has died: another page of this browser finds the lock
 * free.
 */
export class PhoneLockWatch {
  /** @type {AbortController | null} */
  #run = null;

  /**
   * @param {WatchOptions} options
   */
  constructor(options) {
    this.options = options;
  }

  /** @param {boolean} on while a page of this browser holds the phone, as far as is known */
  watch(on) {
    if (on === (this.#run !== null)) return;
    this.#run?.abort();
    this.#run = on ? new AbortController() : null;
    if (this.#run) void this.#follow(this.#run.signal);
  }

  /** @param {AbortSignal} signal */
  async #follow(signal) {
    const lock = this.options.lock ?? holdLock;
    while (!signal.aborted) {
      const release = await lock(LOCK, { signal, needed: true });
      if (!release) return;
      release();
      if (signal.aborted) return;
      this.options.onfree();
      await this.options.pause(AGAIN_MS);
    }
  }
}
