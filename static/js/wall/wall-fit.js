// How tiles fill a screen.

/** @typedef {{columns: number, rows: number, shown: number}} Fit */

/**
 * On a TV nobody scrolls. As large as possible for that many tiles, near to twice as wide as high;
 * where not all find room, as many as can be read.
 * @param {number} count
 * @param {{width: number, height: number, gap: number}} room
 * @param {{width: number, height: number}} least of a tile
 * @returns {Fit}
 */
export function fit(count, { width, height, gap }, least) {
  const most = (/** @type {number} */ length, /** @type {number} */ one) =>
    Math.max(1, Math.floor((length + gap) / (one + gap)));
  const [columns, rows] = [most(width, least.width), most(height, least.height)];
  if (count >= columns * rows) return { columns, rows, shown: columns * rows };
  const shapes = Array.from({ length: columns }, (_, i) => ({
    columns: i + 1,
    rows: Math.max(1, Math.ceil(count / (i + 1))),
  }));
  const stretched = (/** @type {{columns: number, rows: number}} */ shape) =>
    Math.abs(Math.log(width / shape.columns / (height / shape.rows) / 2));
  const [best] = shapes
    .filter((shape) => shape.rows <= rows)
    .sort((a, b) => stretched(a) - stretched(b));
  return { ...best, shown: count };
}

const LARGER = [1.5, 1.35, 1.2];

/**
 * At a desk a small team is written larger, as long as all of it is seen without scrolling.
 * @param {number} count
 * @param {{width: number, height: number, gap: number}} room
 * @param {{width: number, height: number}} tile as it is at 1
 * @returns {number} how much larger
 */
export function larger(count, { width, height, gap }, tile) {
  const fits = (/** @type {number} */ by) => {
    const columns = Math.max(1, Math.floor((width / by + gap) / (tile.width + gap)));
    return Math.ceil(count / columns) * (tile.height + gap) - gap <= height / by;
  };
  return LARGER.find(fits) ?? 1;
}
