// What VCC's script dials. Whatever else it is given, it only writes to the browser's console and
// says nothing.

import { Refusal } from "./refusal.js";

const EXTERNAL = /^\d{8,13}$/;
const INTERNAL = /^[1-9]\d{0,6}$/;
const MOBILE = /^0\d{8,10}$/;
const TONES = /^[0-9*#A-D]{1,64}$/i;

/** As the vendor writes numbers: national, digits only. @param {string} number */
const national = (number) => number.replace(/[\s().-]/g, "").replace(/^(?:\+|00)84(?=\d)/, "0");

/**
 * One caller is written in several ways: 0912…, 84912…, +84912…, 912….
 * @param {string} one
 * @param {string} other
 */
export const sameNumber = (one, other) => bare(one) === bare(other);

/** @param {string} number */
const bare = (number) =>
  number
    .replace(/[\s().+-]/g, "")
    .replace(/^(?:00)?84(?=\d{8})/, "")
    .replace(/^0+(?=\d)/, "");

/** @param {string} number @returns {{number: string, internal: boolean}} */
export function dialled(number) {
  const digits = national(number);
  if (!EXTERNAL.test(digits) && !INTERNAL.test(digits)) throw new Refusal("bad_number");
  return { number: digits, internal: INTERNAL.test(digits) };
}

/** @param {string} number @returns {string} of a mobile phone that calls are sent to */
export function mobile(number) {
  const digits = national(number);
  if (!MOBILE.test(digits)) throw new Refusal("bad_number");
  return digits;
}

/** @param {string} tones @returns {string[]} */
export function keys(tones) {
  if (!TONES.test(tones)) throw new Refusal("bad_number");
  return [...tones];
}
