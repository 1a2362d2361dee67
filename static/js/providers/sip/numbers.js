// What may be dialled and sent as keys, and how this exchange wants a number written.

import { Refusal } from "./refusal.js";

const DIALLABLE = /^\+?[\w.*#-]{1,64}$/;
const TONES = /^[0-9A-D*#,]{1,64}$/i;
/**
 * An international number (+84…) as it is sent.
 * @type {Record<string, (number: string) => string>}
 */
const DIAL_PLANS = {
  as_given: (number) => number,
  without_plus: (number) => number.replace(/^\+/, ""),
  double_zero: (number) => number.replace(/^\+/, "00"),
};

/** @param {string} number @param {string | undefined} plan */
export function written(number, plan) {
  if (!DIALLABLE.test(number)) throw new Refusal("bad_number");
  return (DIAL_PLANS[plan ?? ""] ?? DIAL_PLANS.as_given)(number);
}

/** @param {string} tones */
export function mustBeTones(tones) {
  if (!TONES.test(tones)) throw new Refusal("bad_number");
}
