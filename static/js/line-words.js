// What a line's phone system can do, and what its codes mean, as the server wrote it into the page.

/**
 * @typedef {object} Line
 * @property {string} connection
 * @property {string} provider
 * @property {string} name
 * @property {string} extension
 * @property {string[]} [devices] where calls can be taken
 * @property {Record<string, Record<string, string>>} [refusals] device → command → why it is not offered there
 * @property {Record<string, string>} [sentences] the phone system's own codes
 * @property {Record<string, string>} [registration] why a phone is not registered, by code
 */

/** @param {Line | undefined} line @param {{provider_code?: string, sip_code?: number}} told @returns {string} "": it has no words of its own */
export function sentenceOf(line, { provider_code: code, sip_code: sip }) {
  const sentences = line?.sentences ?? {};
  return (code && (sentences[`${code};${sip}`] ?? sentences[code])) || "";
}

/** Why a command is not offered; on every device that has a reason it is the same one, so the agent's own is asked first. @param {Line | undefined} line @param {string} device @param {string} command */
export function refusalOf(line, device, command) {
  const refusals = line?.refusals ?? {};
  return (refusals[device] ?? refusals.browser)?.[command] ?? "";
}
