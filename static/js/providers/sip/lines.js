// The two lines of a phone, and the rule between them: whoever begins to talk on one is not heard
// on the other.

import { must } from "./refusal.js";

/** @typedef {import("./call.js").SipCall} SipCall */

const LINES = [1, 2];

export class Lines {
  /** @type {Map<string, SipCall>} */
  #calls = new Map();
  /** Kept for a call whose microphone is not open yet; 0: none. */
  reserved = 0;

  /** @param {SipCall} call */
  add(call) {
    this.#calls.set(call.id, call);
  }

  /** @param {SipCall} call */
  remove(call) {
    this.#calls.delete(call.id);
  }

  /** @param {string | undefined} id */
  find(id) {
    return this.#calls.get(id ?? "");
  }

  get calls() {
    return [...this.#calls.values()];
  }

  /** The line for one more call; 0 when both are taken. */
  get free() {
    return (
      LINES.find(
        (line) => line !== this.reserved && this.calls.every((call) => call.line !== line),
      ) ?? 0
    );
  }

  /** Whether the agent is in a conversation, or about to be. */
  get busy() {
    return this.reserved > 0 || this.calls.some((call) => call.state !== "ringing");
  }

  /** @param {SipCall} [call] */
  others(call) {
    return this.calls.filter((other) => other !== call);
  }

  /**
   * Whether the agent could turn to another call now: what rings out or is being answered cannot be
   * held.
   * @param {SipCall} [call]
   */
  mayTurnTo(call) {
    return this.others(call).every(
      ({ state }) => state === "talking" || (call && state === "ringing"),
    );
  }

  /** @param {SipCall} [call] the one that the agent turns to */
  async holdOthers(call) {
    for (const other of this.others(call)) if (other.answered) await must(other.hold(true));
  }
}
