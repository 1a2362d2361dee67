// Web Locks: only one document of this browser and site holds a lock.

/** @typedef {() => void} Release */

/**
 * @typedef {object} LockOptions
 * @property {boolean} [steal]
 * @property {number} [patienceMs] gives up after that time
 * @property {AbortSignal} [signal]
 * @property {() => void} [onlost] runs when another document has stolen the lock
 * @property {boolean} [needed] returns null where the browser has no locks
 */

/**
 * @param {string} name
 * @param {LockOptions} [how]
 * @returns {Promise<Release | null>} null when the lock is not free
 */
export function holdLock(
  name,
  { steal = false, patienceMs, signal, onlost = () => {}, needed = false } = {},
) {
  const without = needed ? null : () => {};
  if (!navigator.locks) return Promise.resolve(without);
  const limits = [
    signal,
    patienceMs === undefined ? undefined : AbortSignal.timeout(patienceMs),
  ].filter((limit) => limit !== undefined);
  return new Promise((resolve) => {
    let held = false;
    const keep = () =>
      new Promise((release) => {
        held = true;
        resolve(() => release(undefined));
      });
    navigator.locks
      .request(name, steal ? { steal } : { signal: AbortSignal.any(limits) }, keep)
      .catch((error) => {
        if (held) return onlost();
        const refused = error.name === "AbortError" || error.name === "TimeoutError";
        // The server's lease alone decides if the browser refuses locks with storage (third-party
        // frames).
        return resolve(refused ? null : without);
      });
  });
}

/**
 * Resolves after each `onlost` of a lock that was stolen before: the browser answers in the order
 * in which it happened.
 */
export async function lockLossesKnown() {
  await navigator.locks?.query().catch(() => {});
}
