// Why a line's phone does not work, in words with the next step.

import { text } from "./texts.js";

/** @typedef {import("./line-words.js").Line} Line */
/** @typedef {import("./phone.js").PhoneStatus} Status */
/** @typedef {{line: Line, words: string, lasting: boolean}} Problem */

/** Somebody has to correct something; everything else is tried again. */
const LASTING = new Set(["forbidden", "not_found"]);

/** @param {Line[]} lines @param {Record<string, Status>} statuses @returns {Problem[]} */
export function problemsOf(lines, statuses) {
  return lines.flatMap((line) => problemOf(line, statuses[line.connection]) ?? []);
}

/**
 * What the banner says: a problem that passes by itself is of no concern while another line works.
 * @param {Problem[]} problems @param {boolean} registered @returns {Problem[]}
 */
export function worthABanner(problems, registered) {
  return problems.filter(({ lasting }) => lasting || !registered);
}

/** @param {Line} line @param {Status | undefined} status @returns {Problem | null} */
function problemOf(line, status) {
  if (!status || status.registered) return null;
  const { problem, missing, blocked, failure } = status;
  if (problem) return { line, words: problem.sentence || text(`phone.problem.${problem.kind}`, { ...problem }), lasting: problem.lasting ?? false };
  if (missing) return { line, words: text("phone.missing", { host: missing }), lasting: false };
  if (blocked) return { line, words: text("phone.blocked", { host: blocked }), lasting: true };
  return failure ? { line, words: registrationWords(line, failure), lasting: LASTING.has(failure.cause) } : null;
}

/** The phone system's own words first. @param {Line} line @param {import("./phone.js").RegistrationFailure} failure */
function registrationWords({ registration = {} }, { provider_code: own, sip_code: sip }) {
  const found = registration[own] ?? registration[`${sip}`] ?? registration[`${String(sip)[0]}xx`] ?? registration.other ?? "";
  return found.replace("{code}", String(sip ?? own));
}
