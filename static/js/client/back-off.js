// How long to wait before the next try. The random half keeps a whole call centre from coming back
// in one instant.

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * @param {number} tries how many have failed in a row, from 1
 * @param {() => number} [random]
 * @returns {number} ms
 */
export function backOff(tries, random = Math.random) {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (Math.min(tries, 20) - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}
