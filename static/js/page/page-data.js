// The data that the server wrote into this page, or into the page of a phone frame, with the tables
// of the neutral vocabulary (console/domain/vocabulary.py). The browser keeps no copy of its own.

/**
 * @typedef {object} Vocabulary
 * @property {string[]} causes
 * @property {string[]} call_ends events after which a call is over
 * @property {string[]} phone_ends events after which a phone no longer carries its part of the call
 * @property {string[]} open_states
 * @property {Record<string, string>} microphone_problems state → code, worst first
 * @property {string[]} no_microphone states in which no call can be taken
 */
/**
 * @typedef {import("../client/session.js").PageData & {
 *   texts?: Record<string, string>,
 *   languages: string[],
 *   vocabulary: Vocabulary,
 *   causes: Record<string, Record<string, string>>,
 * }} Page
 */

/** @type {Page | undefined} */
let page;

/** @returns {Page} */
export function pageData() {
  return (page ??= JSON.parse(document.getElementById("page-data")?.textContent || "{}"));
}

/** @param {string} event */
export const endsCall = (event) => pageData().vocabulary.call_ends.includes(event);

/** @param {string} event */
export const endsOnPhone = (event) => pageData().vocabulary.phone_ends.includes(event);

/** @param {string | undefined} state */
export const isOpen = (state) => pageData().vocabulary.open_states.includes(state ?? "");

/**
 * The cause of a provider's code, in a phone frame of that provider.
 * @param {string} table
 * @param {string} code
 */
export const causeIn = (table, code) => pageData().causes[table][code];

/** @returns {Record<string, string>} state → code, worst first */
export const microphoneProblems = () => pageData().vocabulary.microphone_problems;

/** @param {string} state of a microphone */
export const hasNoMicrophone = (state) => pageData().vocabulary.no_microphone.includes(state);

/** Commands that a closed fence refuses. */
export const FENCED_COMMANDS = new Set(["dial", "consult", "answer", "register"]);
