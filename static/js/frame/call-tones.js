// The one tone for all calls of this frame: that of the first call, and the soft waiting tone
// during a conversation.

import { endsOnPhone } from "../page/page-data.js";

/** @typedef {import("./ringtone.js").Tone} Tone */
/** @typedef {import("../types/provider").FrameEvent} FrameEvent */

export class CallTones {
  /** @type {Map<string, Tone>} */
  #tones = new Map();
  /** @type {Set<string>} */
  #talks = new Set();

  /** @param {FrameEvent} event @param {boolean} mayRing */
  take({ type, call = "", waiting }, mayRing) {
    if (type === "ringing" && mayRing)
      this.#tones.set(call, waiting || this.#talks.size ? "waiting" : "ring");
    if (type === "dialing" || type === "answered") this.#talks.add(call);
    if (type === "answered" || endsOnPhone(type)) this.#tones.delete(call);
    if (endsOnPhone(type)) this.#talks.delete(call);
    if (!this.#talks.size) this.#ringOut();
  }

  /** @param {string} call an outgoing one @param {boolean} on */
  ringback(call, on) {
    if (on) this.#tones.set(call, "ringback");
    else this.#tones.delete(call);
  }

  /** @returns {Tone | null} */
  get now() {
    return this.#tones.values().next().value ?? null;
  }

  /** Rings normally for waiting calls, because the conversation is over. */
  #ringOut() {
    for (const [call, tone] of this.#tones) if (tone === "waiting") this.#tones.set(call, "ring");
  }
}
