// Numbers and tones that VCC's script takes. It ignores all others, and reports nothing.

import { mustMatch } from "../kit/run-command.js";
import { nationalNumber } from "../kit/national-number.js";

const EXTERNAL = /^\d{8,13}$/;
const INTERNAL = /^[1-9]\d{0,6}$/;
const MOBILE = /^0\d{8,10}$/;
const TONES = /^[0-9*#A-D]{1,64}$/i;

/** @param {string} number @returns {{number: string, internal: boolean}} */
export function dialled(number) {
  const digits = nationalNumber(number);
  const internal = INTERNAL.test(digits);
  if (!internal) mustMatch(EXTERNAL, digits);
  return { number: digits, internal };
}

/** @param {string} number @returns {string} of a mobile phone that takes the calls */
export const mobile = (number) => mustMatch(MOBILE, nationalNumber(number));

/** @param {string} tones @returns {string[]} */
export const keys = (tones) => [...mustMatch(TONES, tones)];
