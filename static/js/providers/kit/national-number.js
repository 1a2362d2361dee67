// Numbers as vendors of one country write them: national, digits only.

/** @param {string} number */
export const nationalNumber = (number) =>
  number.replace(/[\s().-]/g, "").replace(/^(?:\+|00)84(?=\d)/, "0");

/**
 * One caller is written in several ways: 0912…, 84912…, +84912…, 912….
 * @param {string} one
 * @param {string} other
 */
export const sameNumber = (one, other) => subscriber(one) === subscriber(other);

/** @param {string} number */
const subscriber = (number) =>
  number
    .replace(/[\s().+-]/g, "")
    .replace(/^(?:00)?84(?=\d{8})/, "")
    .replace(/^0+(?=\d)/, "");
