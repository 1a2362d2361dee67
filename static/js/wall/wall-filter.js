// The wall's filter. It is kept in the address, so that a link carries it.

import { reasons } from "./wall-attention.js";
import { stateOf } from "./wall-totals.js";

/** @typedef {import("./wall-attention.js").AgentFacts} AgentFacts */
/** @typedef {{team: string, state: string, provider: string}} Filter each may be empty */

export const NO_FILTER = Object.freeze({ team: "", state: "", provider: "" });
const NAMES = /** @type {(keyof Filter)[]} */ (Object.keys(NO_FILTER));

/** @param {string} search of an address @returns {Filter} */
export function readFilter(search) {
  const words = new URLSearchParams(search);
  return /** @type {Filter} */ (
    Object.fromEntries(NAMES.map((name) => [name, words.get(name) ?? ""]))
  );
}

/**
 * @param {string} search
 * @param {Filter} filter
 * @returns {string} the same search with this filter in it
 */
export function writeFilter(search, filter) {
  const words = new URLSearchParams(search);
  for (const name of NAMES) {
    if (filter[name]) words.set(name, filter[name]);
    else words.delete(name);
  }
  const text = words.toString();
  return text ? `?${text}` : "";
}

/**
 * Whether the totals count this agent: they follow the team and the phone system, and count all
 * states.
 * @param {AgentFacts} agent
 * @param {Filter} filter
 */
export const counts = ({ team, calls }, filter) =>
  (!filter.team || team === filter.team) &&
  (!filter.provider || calls.some(({ connection }) => connection === filter.provider));

/** @param {AgentFacts} agent @param {Filter} filter @param {number} now */
export function passes(agent, filter, now) {
  if (!counts(agent, filter)) return false;
  if (filter.state === "attention") return reasons(agent, now).length > 0;
  return !filter.state || stateOf(agent) === filter.state;
}
