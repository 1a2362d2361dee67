// The script's late words about a call that is over. Its end, or its own leg, may come late, and is
// no news of the next one.

import { vendor } from "./vendor.js";

/** @typedef {import("./call.js").VccCall} VccCall */

const AFTERMATH_MS = 5000; // what still comes of a call that is over
const REACTION_MS = 15_000; // in which the leg of a dialled call comes

export class Aftermath {
  /** @type {VccCall | null} */
  call = null;
  #over = -Infinity;
  /**
   * The script's last word about a call that was given up, or clicked away while in doubt.
   * @type {unknown}
   */
  #passed = null;
  /** Until when its end is still awaited. */
  #awaitedEnd = 0;

  /** @param {VccCall} call */
  begin(call) {
    this.call = call;
    this.#passed = call.doubted === null ? null : vendor.voice.callInfo;
    this.#over = performance.now();
    this.#awaitedEnd = this.#over + AFTERMATH_MS;
  }

  /** Its end has been told. @returns {boolean} whether that was awaited */
  ended() {
    const awaited = performance.now() < this.#awaitedEnd;
    this.#awaitedEnd = 0;
    return awaited;
  }

  /** The call, while something may still come of it. */
  get recent() {
    return performance.now() - this.#over < AFTERMATH_MS ? this.call : null;
  }

  /** Given up, and perhaps going on: nothing may end it. */
  get mayGoOn() {
    return Boolean(this.call?.unheard) && this.isMeant;
  }

  /** @param {unknown} id */
  isNamed(id) {
    return Boolean(id) && String(id) === this.call?.external;
  }

  /** The script still speaks of it. */
  get isMeant() {
    const { callInfo } = vendor.voice;
    return Boolean(callInfo) && (callInfo === this.#passed || this.isNamed(callInfo.callId));
  }

  /** It was cancelled before its own leg came, and the leg rings now. @param {string} number */
  isLegFrom(number) {
    const soon = performance.now() - this.#over < REACTION_MS;
    return soon && Boolean(this.call?.unsaid && number && this.call.isFrom(number));
  }
}
