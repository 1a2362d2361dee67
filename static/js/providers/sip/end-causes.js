// The causes of a SIP call's end: our own action, or the last message.

import { BY_AGENT } from "../kit/call-record.js";
import { causeOf } from "../kit/sip-causes.js";

/** @import { EndEvent } from "./jssip" */
/**
 * @typedef {object} Ending
 * @property {string} type `ended`, `failed` or `missed`
 * @property {string} ended_by
 * @property {string} cause
 * @property {number} [sip_code]
 * @property {string} [provider_code]
 */

const FAILED = { ended_by: "system", cause: "failed" };
const MISSED = { type: "missed", ended_by: "system", cause: "missed" };

/** Why we end a call. */
export const ENDINGS = {
  hangup: { type: "ended", ...BY_AGENT.hangup },
  cancel: { type: "ended", ...BY_AGENT.cancel },
  reject: { type: "ended", ...BY_AGENT.reject },
  transferred: { type: "ended", ...BY_AGENT.transfer },
  replaced: { type: "ended", ended_by: "remote", cause: "transferred" },
  gone: { type: "ended", ended_by: "remote", cause: "completed", sip_code: 481 },
  silent: { type: "ended", ...FAILED, provider_code: "ice_failed" },
  unsent: { type: "failed", ...FAILED, provider_code: "connection_lost" },
  unanswered: {
    type: "failed",
    ...FAILED,
    sip_code: 408,
    provider_code: "no_answer_from_exchange",
  },
  withdrawn: { ...MISSED, sip_code: 480 },
  connection_lost: { ...MISSED, provider_code: "connection_lost" },
};

/** @param {string} state of the call before @param {EndEvent} event @returns {Ending} */
export function endingOf(state, { originator, message, cause: word }) {
  const ended_by = originator === "remote" && message ? "remote" : "system";
  const reason = message?.getHeader("Reason");
  const provider_code = reason ?? (ended_by === "system" ? word : undefined);
  const cause = message ? causeOf(message) : "failed";
  if (state === "talking") {
    const completed = ended_by === "remote" ? "completed" : "failed";
    return { type: "ended", ended_by, cause: completed, provider_code };
  }
  if (state === "ringing") {
    const missed = cause === "answered_elsewhere" ? cause : "missed";
    return { type: "missed", ended_by, cause: missed, provider_code };
  }
  return { type: "failed", ended_by, cause, sip_code: message?.status_code, provider_code };
}
