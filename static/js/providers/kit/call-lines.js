// The two calls that a phone may have, and the rule between them: an agent who turns to one holds
// the other. `line` is a call's place, 1 or 2.

import { CommandError, mustSucceed } from "./run-command.js";

/**
 * @typedef {{id: string, line: number, state: string, answered: boolean,
 *   hold: (on: boolean) => Promise<boolean>}}
 *   LineCall
 */

const LINES = [1, 2];

/** @template {LineCall} Call */
export class CallLines {
  /** @type {Map<string, Call>} */
  #calls = new Map();
  /** Kept for a call whose microphone is not open yet; 0: none. */
  reserved = 0;

  /** @param {Call} call */
  add(call) {
    this.#calls.set(call.id, call);
  }

  /** @param {Call} call */
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

  /** The place for one more call; 0 when both are taken. */
  get free() {
    const taken = [this.reserved, ...this.calls.map(({ line }) => line)];
    return LINES.find((line) => !taken.includes(line)) ?? 0;
  }

  /** Whether a call is in progress or about to be. */
  get busy() {
    return this.reserved > 0 || this.calls.some((call) => call.state !== "ringing");
  }

  /** @param {Call} [call] */
  others(call) {
    return this.calls.filter((other) => other !== call);
  }

  /**
   * Whether the agent can turn to another call now: a call that rings out or is being answered
   * cannot be held.
   * @param {Call} [call]
   */
  mayTurnTo(call) {
    return this.others(call).every(
      ({ state }) => state === "talking" || (call && state === "ringing"),
    );
  }

  /** @param {Call} [call] */
  mustTurnTo(call) {
    if (!this.mayTurnTo(call)) throw new CommandError("not_allowed_now");
  }

  /** @param {Call} [call] the one that the agent turns to */
  async holdOthers(call) {
    for (const other of this.others(call)) if (other.answered) await mustSucceed(other.hold(true));
  }
}
