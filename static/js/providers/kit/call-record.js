// The record of a call that every phone keeps, and its reports.

import { CallAudio } from "./call-audio.js";

/** @import { PhoneFrame } from "../../types/provider" */

/** How a call ends by the agent's own command. */
export const BY_AGENT = {
  hangup: { ended_by: "agent", cause: "completed" },
  cancel: { ended_by: "agent", cause: "cancelled" },
  reject: { ended_by: "agent", cause: "rejected" },
  transfer: { ended_by: "agent", cause: "transferred" },
};

export class CallRecord {
  id = crypto.randomUUID();
  answered = false;
  /** Its end is reported. */
  over = false;

  /** @param {PhoneFrame} frame @param {boolean} outgoing the agent placed it */
  constructor(frame, outgoing) {
    this.frame = frame;
    this.outgoing = outgoing;
    this.audio = new CallAudio(frame, this.id);
  }

  /** @returns {"talking" | "dialing" | "ringing" | "answering"} */
  get state() {
    if (this.answered) return "talking";
    return this.outgoing ? "dialing" : "ringing";
  }

  /** How the agent leaves the call in its state. @returns {"hangup" | "cancel" | "reject"} */
  get exit() {
    if (this.answered) return "hangup";
    return this.outgoing ? "cancel" : "reject";
  }

  /** @param {string} type @param {object} [fields] */
  report(type, fields) {
    this.frame.emit({ type, call: this.id, ...fields });
  }

  /** Reports its end, once. @param {string} type @param {object} fields */
  finish(type, fields) {
    if (this.over) return;
    this.over = true;
    this.report(type, fields);
  }
}
