// The fewest moves that bring a list into another order.

/**
 * @template T
 * @param {readonly T[]} now @param {readonly T[]} wanted the same things in another order
 * @returns {[T, T | null][]} moves: the first goes before the second (null: to the end)
 */
export function reorder(now, wanted) {
  const places = new Map(now.map((thing, place) => [thing, place]));
  const stays = rising(wanted.map((thing) => /** @type {number} */ (places.get(thing))));
  /** @type {[T, T | null][]} */
  const made = [];
  for (let i = wanted.length - 1; i >= 0; i -= 1) {
    if (!stays.has(i)) made.push([wanted[i], wanted[i + 1] ?? null]);
  }
  return made;
}

/**
 * The indices of a longest rising part of distinct numbers: what is in it may stay.
 * @param {number[]} numbers
 * @returns {Set<number>}
 */
function rising(numbers) {
  /** The index that ends the best part of each length. @type {number[]} */
  const ends = [];
  const before = numbers.map((number, i) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    ends[low] = i;
    return low ? ends[low - 1] : -1;
  });
  const found = new Set();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i]) found.add(i);
  return found;
}

/**
 * The order of the numbers to call back, as the server has it.
 * @param {HTMLElement} one @param {HTMLElement} other
 */
export function newestFirst({ dataset: one }, { dataset: other }) {
  return (
    Number(other.last) - Number(one.last) || ((one.number ?? "") < (other.number ?? "") ? -1 : 1)
  );
}
