// The mean opinion score of a call, from 1 to 4.5, by the E-model of ITU-T G.107 from a browser's
// measurements.

/**
 * How much a codec takes away by itself, and how well it stands loss (G.113, appendix I, with the
 * concealment that browsers have).
 * @type {Record<string, {ie: number, bpl: number}>}
 */
const CODECS = {
  opus: { ie: 0, bpl: 25 },
  pcmu: { ie: 0, bpl: 25.1 },
  pcma: { ie: 0, bpl: 25.1 },
  g722: { ie: 0, bpl: 20 },
  g729: { ie: 11, bpl: 19 },
};
const R_BEST = 93.2; // all that is not measured here at G.107's default
const DELAY_FELT_MS = 177.3; // longer delays make people interrupt each other

/**
 * @param {object} heard
 * @param {number} heard.loss share of the packets that came too late or never, 0 to 1
 * @param {number} heard.delay ms from mouth to ear
 * @param {string | null} [heard.codec] such as "opus"
 * @returns {number} the score with two decimals
 */
export function mosOf({ loss, delay, codec }) {
  const { ie, bpl } = CODECS[codec ?? ""] ?? CODECS.opus;
  const percent = clamp(loss, 0, 1) * 100;
  const equipment = ie + (95 - ie) * (percent / (percent + bpl));
  const wait = Math.max(0, delay);
  const impairment = 0.024 * wait + (wait > DELAY_FELT_MS ? 0.11 * (wait - DELAY_FELT_MS) : 0);
  return score(R_BEST - impairment - equipment);
}

/** G.107, annex B. @param {number} rating */
function score(rating) {
  const r = clamp(rating, 0, 100);
  const mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
  return Math.round(Math.max(1, mos) * 100) / 100; // just above 0 the curve dips below 1
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
