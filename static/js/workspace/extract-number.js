// The number in pasted text.

/** Nothing but a number, the codes of an exchange (*98#) among them. */
const ALL = /^[\d*#+\s().\-–/]*$/;
/** One among other words. */
const NUMBER = /(?:\+|00)?\(?\d[\d\s().\-–/]*\d/;

/**
 * The number in a pasted text: a tel: link, a line of an e-mail, a cell of a table.
 * @param {string} pasted
 */
export function extractNumber(pasted) {
  const line = pasted
    .normalize("NFKC")
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, "")
    .trim();
  const plain = line.replace(/^(tel|sip|callto):/i, "").replace(/[;?@].*$/s, "");
  const number = ALL.test(plain) ? plain : (NUMBER.exec(plain)?.[0] ?? plain);
  return number.replace(/[^\d+*#]/g, "");
}
