// The abilities and the error sentences of a line's phone system, as the server wrote them into the
// page.

import { text } from "../page/i18n.js";

/**
 * @typedef {object} Line
 * @property {string} connection
 * @property {string} provider
 * @property {string} name
 * @property {string} extension
 * @property {string[]} [devices] where calls can be taken
 * @property {Record<string, Record<string, string>>} [refusals] why, by device and command
 * @property {Record<string, string>} [sentences] the phone system's own codes
 * @property {Record<string, string>} [registration] why a phone is not registered, by code
 */

/** @typedef {import("./phone.js").PhoneStatus} Status */
/** @typedef {{line: Line, words: string, lasting: boolean}} Problem */

/**
 * @param {Line | undefined} line
 * @param {{provider_code?: string, sip_code?: number}} told
 * @returns {string} "": it has no words of its own
 */
export function sentenceOf(line, { provider_code: code, sip_code: status }) {
  const sentences = line?.sentences ?? {};
  return (code && (sentences[`${code};${status}`] ?? sentences[code])) || "";
}

/**
 * Why a command is not offered; on every device that has a reason it is the same one, so the
 * agent's own is asked first.
 * @param {Line | undefined} line
 * @param {string} device
 * @param {string} command
 */
export function refusalOf(line, device, command) {
  const refusals = line?.refusals ?? {};
  return (refusals[device] ?? refusals.browser)?.[command] ?? "";
}

/** A person has to correct these; all others are tried again. */
const LASTING = new Set(["forbidden", "not_found"]);

/** @param {Line[]} lines @param {Record<string, Status>} statuses @returns {Problem[]} */
export function problemsOf(lines, statuses) {
  return lines.flatMap((line) => problemOf(line, statuses[line.connection]) ?? []);
}

/**
 * The problems for the banner. Passing problems are left out while another line works.
 * @param {Problem[]} problems @param {boolean} registered @returns {Problem[]}
 */
export function bannerProblems(problems, registered) {
  return problems.filter(({ lasting }) => lasting || !registered);
}

/** @param {Line} line @param {Status | undefined} status @returns {Problem | null} */
function problemOf(line, status) {
  if (!status || status.registered) return null;
  const { problem, missing, blocked, failure } = status;
  if (problem)
    return {
      line,
      words: problem.sentence || text(`phone.problem.${problem.kind}`, { ...problem }),
      lasting: problem.lasting ?? false,
    };
  if (missing) return { line, words: text("phone.missing", { host: missing }), lasting: false };
  if (blocked) return { line, words: text("phone.blocked", { host: blocked }), lasting: true };
  return failure
    ? { line, words: registrationWords(line, failure), lasting: LASTING.has(failure.cause) }
    : null;
}

/**
 * The phone system's own words first.
 * @param {Line} line
 * @param {import("./phone.js").RegistrationFailure} failure
 */
function registrationWords({ registration = {} }, { provider_code: own, sip_code: status }) {
  const found =
    registration[own] ??
    registration[`${status}`] ??
    registration[`${String(status)[0]}xx`] ??
    registration.other ??
    "";
  return found.replace("{code}", String(status ?? own));
}
