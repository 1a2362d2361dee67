// How tiles fill a screen.

/** @typedef {{columns: number, rows: number, shown: number}} Fit */

/**
 * The largest tiles for a TV, where nobody scrolls: near to twice as wide as high. If not all fit,
 * as many as can be read.
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

/**
 * Who stands on a page of a TV that has too few places: agents who need attention stay on each
 * page, in at most half of its places; the others take turns.
 * @param {number} count of agents, those who need attention first
 * @param {number} attention how many need it
 * @param {number} places of a page
 * @param {number} turn counted on for ever
 * @returns {{pages: number, page: number, isShown: (index: number) => boolean}} page: from 0
 */
export function pageOf(count, attention, places, turn) {
  if (count <= places) return { pages: 1, page: 0, isShown: () => true };
  const kept = Math.min(attention, places >> 1);
  const each = places - kept;
  const pages = Math.ceil((count - kept) / each);
  const page = turn % pages;
  const first = kept + page * each;
  return {
    pages,
    page,
    isShown: (index) => index < kept || (index >= first && index < first + each),
  };
}

const LARGER = [1.5, 1.35, 1.2];

/**
 * Enlarges a small team at a desk, as long as all of it is seen without scrolling.
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
