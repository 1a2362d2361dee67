// The calls alive in this page's phones. Their events are reported under the epoch in which the
// call began, and so are the ends that their phone no longer reports.

import { endsCall, endsOnPhone } from "../page/page-data.js";

/** @typedef {import("./phone.js").PhoneEvent} PhoneEvent */
/**
 * @typedef {object} LiveCall
 * @property {string} connection
 * @property {number} epoch
 * @property {boolean} outbound
 * @property {boolean} answered
 * @property {boolean} [held]
 */

/** Events of the frame that only the page itself shows. */
const LOCAL_EVENTS = new Set(["media", "quality", "mute_mismatch"]);

export class LiveCalls {
  /** @type {Map<string, LiveCall>} */
  #calls = new Map();

  /** @param {import("./phone.js").PhonesOptions} options @param {() => number} epoch */
  constructor(options, epoch) {
    this.options = options;
    this.epoch = epoch;
  }

  /** @param {PhoneEvent} event with a time of this browser's clock */
  report(event) {
    const timed = { ...event, at: this.options.clock.fromWall(event.at) };
    if (LOCAL_EVENTS.has(event.type)) return this.options.onevent(timed, null);
    this.options.checkFence();
    return this.options.onevent(timed, this.note(timed, this.epoch()));
  }

  /**
   * Reports the end of calls whose phone is gone.
   * @param {string} [connection] only its calls
   * @param {string} [cause]
   */
  end(connection, cause) {
    for (const ending of this.endings(this.options.clock.now(), connection)) {
      const event = cause ? { ...ending, cause } : ending;
      this.options.onevent(event, this.note(event, this.epoch()));
    }
  }

  /**
   * @param {PhoneEvent} event
   * @param {number} epoch of its phone now
   * @returns {number} the epoch that carries what the event is about
   */
  note(event, epoch) {
    if (!event.call) return epoch;
    const call = this.#calls.get(event.call) ?? this.#begin(event, epoch);
    if (event.type === "answered") call.answered = true;
    if ((event.type === "held" || event.type === "resumed") && event.by !== "remote")
      call.held = event.type === "held";
    if (endsOnPhone(event.type)) this.#calls.delete(event.call);
    return call.epoch;
  }

  /** @param {string} call @returns {string | undefined} the connection whose phone has it */
  connectionOf(call) {
    return this.#calls.get(call)?.connection;
  }

  /** @param {string} call @returns {number | undefined} */
  epochOf(call) {
    return this.#calls.get(call)?.epoch;
  }

  /** @param {string} call */
  isTalking(call) {
    const live = this.#calls.get(call);
    return Boolean(live?.answered && !live.held);
  }

  get size() {
    return this.#calls.size;
  }

  /**
   * @param {number} at server time
   * @param {string} [connection] only what this one carries
   * @returns {PhoneEvent[]}
   */
  endings(at, connection) {
    const lost = [...this.#calls].filter(
      ([, call]) => !connection || call.connection === connection,
    );
    return lost.map(([call, live]) => ({
      type: "ended",
      at,
      connection: live.connection,
      call,
      ended_by: "system",
      cause: causeOf(live),
    }));
  }

  /** @param {PhoneEvent} event @param {number} epoch @returns {LiveCall} */
  #begin(event, epoch) {
    const outbound = event.type === "dialing" || event.direction === "outbound";
    const call = { connection: event.connection, epoch, outbound, answered: false };
    // A repeated end, or a later event about it, must not make the call live again.
    if (event.call && !endsCall(event.type)) this.#calls.set(event.call, call);
    return call;
  }
}

/** @param {LiveCall} call */
function causeOf({ answered, outbound }) {
  if (answered) return "completed";
  return outbound ? "cancelled" : "missed";
}
