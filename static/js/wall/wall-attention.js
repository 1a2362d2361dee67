// Finds the agents on the wall who need attention, and why. Time alone changes it, so the page
// judges it from the tiles.

import { pageData } from "../page/page-data.js";

/**
 * @typedef {object} CallFacts
 * @property {string} conversation
 * @property {string} state
 * @property {string} direction
 * @property {string} connection the phone system's name
 * @property {number} started ms, as all times
 * @property {number} held since when it is on hold; 0: it is not
 * @property {string} quality
 * @property {number} nth which call of its number today
 * @property {boolean} silent
 * @property {string} who
 */

/**
 * @typedef {object} AgentFacts
 * @property {string} id
 * @property {string} name
 * @property {string} team
 * @property {string} status
 * @property {boolean} unreachable
 * @property {CallFacts[]} calls
 * @property {Limits} [limits] of the team, where it has its own
 */

/** @typedef {{holdMs: number, ringMs: number, nth: number, sound: boolean}} Limits */

/** @type {Limits} as console/domain/alert_limits.py has them */
export const LIMITS = { holdMs: 120_000, ringMs: 15_000, nth: 3, sound: true };

/** @param {string | undefined} words of a tile: "120 15 3 1" @returns {Limits | undefined} */
export function limitsOf(words) {
  if (!words) return undefined;
  const [hold, ring, nth, sound] = words.split(" ").map(Number);
  return { holdMs: hold * 1000, ringMs: ring * 1000, nth, sound: sound === 1 };
}

/**
 * The signs of an unusual call, the most pressing first.
 * @type {Readonly<Record<string, (call: CallFacts, now: number, limits: Limits) => boolean>>}
 */
const OF_CALL = {
  hold: (call, now, { holdMs }) => call.held > 0 && now - call.held > holdMs,
  ring: (call, now, { ringMs }) => call.state === "ringing" && now - call.started > ringMs,
  quality: (call, _, { sound }) => sound && call.quality === "poor",
  silent: (call) => call.silent,
  repeat: (call, _, { nth }) => call.direction === "inbound" && call.nth >= nth,
};
const KINDS = [...Object.keys(OF_CALL), "unreachable"];
/** Calm agents stand in the order of their states: those on the phone first. */
const STATES = [
  "on_call",
  "held",
  "ringing",
  "available",
  "unreachable",
  "wrap_up",
  "away",
  "offline",
];
/** @type {Intl.Collator | undefined} */
let collator;

/** @param {string} a @param {string} b */
function compareNames(a, b) {
  collator ??= new Intl.Collator(pageData().languages, { numeric: true });
  return collator.compare(a, b);
}

/**
 * The last judgement of each agent: the totals and the tile ask at the same moment.
 * @type {WeakMap<AgentFacts, {now: number, why: string[]}>}
 */
const judged = new WeakMap();
const SIGNS = Object.entries(OF_CALL);

/**
 * @param {AgentFacts} agent
 * @param {number} now
 * @returns {string[]} the most pressing first; none: all is well
 */
export function reasons(agent, now) {
  const last = judged.get(agent);
  if (last?.now === now) return last.why;
  const why = judge(agent, now);
  judged.set(agent, { now, why });
  return why;
}

/** @param {AgentFacts} agent @param {number} now */
function judge({ calls, unreachable, limits = LIMITS }, now) {
  if (!calls.length) return unreachable ? ["unreachable"] : [];
  return SIGNS.filter(([, isSeen]) => calls.some((call) => isSeen(call, now, limits))).map(
    ([kind]) => kind,
  );
}

/**
 * The beginning of a sign. Signs of one kind are sorted by it.
 * @type {Readonly<Record<string, (call: CallFacts) => number>>}
 */
const SINCE = { hold: ({ held }) => held, ring: ({ started }) => started };

/** An unknown state stands last. @param {string} status */
const stateOrder = (status) => (STATES.includes(status) ? STATES.indexOf(status) : STATES.length);

/** @param {AgentFacts} agent @param {number} now */
function place(agent, now) {
  const kind = reasons(agent, now)[0];
  const since = SINCE[kind]
    ? agent.calls
        .filter((call) => OF_CALL[kind](call, now, agent.limits ?? LIMITS))
        .map(SINCE[kind])
    : [0];
  return {
    agent,
    kind: kind ? KINDS.indexOf(kind) : KINDS.length,
    since: Math.min(...since),
    state: kind ? 0 : stateOrder(agent.status),
  };
}

/**
 * Sorts by urgency, then by duration; calm agents come last, by state, then by name.
 * @param {Iterable<AgentFacts>} agents @param {number} now @returns {AgentFacts[]}
 */
export function sortedByAttention(agents, now) {
  const placed = [...agents].map((agent) => place(agent, now));
  placed.sort(
    (a, b) =>
      a.kind - b.kind ||
      a.since - b.since ||
      a.state - b.state ||
      compareNames(a.agent.name, b.agent.name) ||
      (a.agent.id < b.agent.id ? -1 : 1),
  );
  return placed.map(({ agent }) => agent);
}
