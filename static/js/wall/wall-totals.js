// The large numbers of the wall. Agents are counted, but what rings is counted by conversation: a
// group of phones rings for one call.

import { LIMITS, reasons } from "./wall-attention.js";

/** @typedef {import("./wall-attention.js").AgentFacts} AgentFacts */

/** A call on hold is still a call. @type {Readonly<Record<string, string>>} */
const COUNTS_AS = { held: "on_call" };

/** @param {AgentFacts} agent @returns {string} */
export const stateOf = ({ status }) => COUNTS_AS[status] ?? status;

/**
 * A call that rings, at one agent or at several.
 * @typedef {object} Ringing
 * @property {string} id
 * @property {number} started
 * @property {string} who
 * @property {string} connection
 * @property {string[]} at the agents
 * @property {number} longMs a longer ring needs attention
 */

/** @param {Iterable<AgentFacts>} agents @returns {Ringing[]} the longest first */
export function ringing(agents) {
  /** @type {Map<string, Ringing>} */
  const found = new Map();
  for (const { name, calls, limits = LIMITS } of agents) {
    for (const { state, conversation, started, who, connection } of calls) {
      if (state !== "ringing") continue;
      const call = found.get(conversation) ?? {
        id: conversation,
        started,
        who,
        connection,
        at: [],
        longMs: limits.ringMs,
      };
      call.longMs = Math.min(call.longMs, limits.ringMs);
      call.started = Math.min(call.started, started);
      call.at.push(name);
      found.set(conversation, call);
    }
  }
  return [...found.values()].sort((a, b) => a.started - b.started);
}

/**
 * @param {Iterable<AgentFacts>} agents @param {number} now
 * @returns {Record<string, number>} agents by state and `attention`; `ringing`: conversations;
 *   `longest`: the start of the longest ring, 0 when nothing rings
 */
export function totals(agents, now) {
  /** @type {Record<string, number>} */
  const counted = {
    attention: 0,
    ringing: 0,
    longest: 0,
    on_call: 0,
    available: 0,
    wrap_up: 0,
    away: 0,
    offline: 0,
  };
  for (const agent of agents) {
    const state = stateOf(agent);
    if (state !== "ringing" && state in counted) counted[state] += 1;
    if (reasons(agent, now).length) counted.attention += 1;
  }
  const calls = ringing(agents);
  return { ...counted, ringing: calls.length, longest: calls[0]?.started ?? 0 };
}
