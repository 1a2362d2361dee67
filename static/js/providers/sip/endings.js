// How a SIP call is over: in our words when it is we who end it, and read off the last message when
// it is not.

import { causeOf } from "./causes.js";

/** @typedef {import("../../types/jssip").EndEvent} EndEvent */
/**
 * @typedef {object} Ending
 * @property {"ended" | "failed" | "missed"} type
 * @property {"agent" | "remote" | "system"} ended_by
 * @property {string} cause
 * @property {number} [sip_code]
 * @property {string} [provider_code]
 */

/** Why we end it. @type {Record<string, Ending>} */
export const ENDINGS = {
  hangup: { type: "ended", ended_by: "agent", cause: "completed" },
  cancel: { type: "ended", ended_by: "agent", cause: "cancelled" },
  reject: { type: "ended", ended_by: "agent", cause: "rejected" },
  handed_on: { type: "ended", ended_by: "agent", cause: "transferred" },
  handed_over: { type: "ended", ended_by: "remote", cause: "transferred" },
  gone: { type: "ended", ended_by: "remote", cause: "completed", sip_code: 481 },
  silent: { type: "ended", ended_by: "system", cause: "failed", provider_code: "ice_failed" },
  unsent: { type: "failed", ended_by: "system", cause: "failed", provider_code: "connection_lost" },
  unanswered: {
    type: "failed",
    ended_by: "system",
    cause: "failed",
    sip_code: 408,
    provider_code: "no_answer_from_exchange",
  },
  withdrawn: { type: "missed", ended_by: "system", cause: "missed", sip_code: 480 },
  unrung: { type: "missed", ended_by: "system", cause: "missed", provider_code: "connection_lost" },
};

/** @param {string} state what the call had come to @param {EndEvent} event @returns {Ending} */
export function endingOf(state, { originator, message, cause }) {
  const by = originator === "remote" && message ? "remote" : "system";
  const reason = message?.getHeader("Reason");
  const provider_code = reason ?? (by === "system" ? cause : undefined);
  const found = message ? causeOf(message) : "failed";
  if (state === "talking")
    return {
      type: "ended",
      ended_by: by,
      cause: by === "remote" ? "completed" : "failed",
      provider_code,
    };
  if (state !== "ringing")
    return {
      type: "failed",
      ended_by: by,
      cause: found,
      sip_code: message?.status_code,
      provider_code,
    };
  return {
    type: "missed",
    ended_by: by,
    cause: found === "answered_elsewhere" ? found : "missed",
    provider_code,
  };
}
