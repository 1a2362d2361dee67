// Numbers that may be dialled, tones that may be sent, and the way an exchange writes numbers.

import { mustMatch } from "../kit/run-command.js";

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
  return (DIAL_PLANS[plan ?? ""] ?? DIAL_PLANS.as_given)(mustMatch(DIALLABLE, number));
}

/** @param {string} tones */
export const mustBeTones = (tones) => mustMatch(TONES, tones);
