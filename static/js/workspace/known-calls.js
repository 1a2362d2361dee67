// The calls as the phone of this tab knows them: before the server, and while it is away.

import { endsCall } from "../page/page-data.js";

/** @typedef {import("./call-card.js").Known} Known */
/** @typedef {import("../phone/phone.js").PhoneEvent} PhoneEvent */

/** @param {PhoneEvent} event @param {"dialing" | "ringing"} state @returns {Known} */
const begin = (event, state) => ({
  state,
  placed: state === "dialing",
  direction: event.direction ?? (state === "ringing" ? "inbound" : "outbound"),
  number: event.number ?? "",
  name: event.name ?? "",
  hotline: event.hotline ?? "",
  line: event.line ?? 1,
  consults: event.consults ?? "",
  muted: false,
  started: event.at,
});

/** @type {(known: Known, event: PhoneEvent) => Partial<Known>} */
const end = (_, { type, at, cause, sentence }) => ({
  state: "ended",
  ended: at,
  cause: cause ?? (type === "missed" ? "missed" : undefined),
  sentence,
  muted: false,
});

/**
 * The changes that each event makes.
 * @type {Record<string, (known: Known, event: PhoneEvent) => Partial<Known>>}
 */
const CHANGES = {
  answered: (known, { at }) => ({ state: "active", answered: known.answered ?? at }),
  held: (_, { at, by }) => ({ state: "held", heldSince: at, heldBy: by ?? "agent" }),
  resumed: () => ({ state: "active", heldSince: undefined, heldBy: undefined }),
  muted: () => ({ muted: true }),
  unmuted: () => ({ muted: false }),
};

export class KnownCalls {
  /** @type {Map<string, Known>} */
  calls = new Map();

  /** @param {PhoneEvent} event @returns {boolean} whether it was about a call */
  note(event) {
    const { call = "", type } = event;
    const over = (this.calls.get(call)?.state ?? "ended") === "ended";
    if (call && (type === "ringing" || type === "dialing") && over)
      this.calls.set(call, begin(event, type));
    const known = this.calls.get(call);
    if (!known) return false;
    // Given up, and found alive: the server's card counts.
    if (type === "answered" && over) return this.calls.delete(call);
    known.number ||= event.number ?? ""; // an offered call has its number when it rings
    known.hotline ||= event.hotline ?? "";
    const change = endsCall(type) ? end : Object.hasOwn(CHANGES, type) && CHANGES[type];
    if (known.state !== "ended" && change) Object.assign(known, change(known, event));
    return true;
  }

  /** The phone is stopped: the server shows the end of its calls. */
  forget() {
    this.calls.clear();
  }
}
