// The call before the present one. The script may report its end, or its own leg, late: that does
// not concern the present call.

import { vendor } from "./vendor.js";

/** @import { VccCall } from "./call.js" */

const LATE_MS = 5000; // in which events of a call that is over may still come
const REACTION_MS = 15_000; // in which the leg of a dialled call comes

export class PreviousCall {
  /** @type {VccCall | null} */
  call = null;
  #over = -Infinity;
  /** The call whose end was assumed, as the script last reported it. @type {unknown} */
  #callInfo = null;
  /** Until when its end is still awaited. */
  #awaitedEnd = 0;

  /** @param {VccCall} call */
  begin(call) {
    this.call = call;
    this.#callInfo = call.uncertainSince === null ? null : vendor.voice.callInfo;
    this.#over = performance.now();
    this.#awaitedEnd = this.#over + LATE_MS;
  }

  /** Its end is reported. @returns {boolean} whether that was awaited */
  ended() {
    const awaited = performance.now() < this.#awaitedEnd;
    this.#awaitedEnd = 0;
    return awaited;
  }

  /** The call, while events of it may still come. */
  get recent() {
    return performance.now() - this.#over < LATE_MS ? this.call : null;
  }

  /** Its end was assumed, and it perhaps goes on: nothing may end it. */
  get mayGoOn() {
    return Boolean(this.call?.assumedOver) && this.isMeant;
  }

  /** @param {unknown} id */
  isNamed(id) {
    return Boolean(id) && String(id) === this.call?.external;
  }

  /**
   * Its id may come after its end.
   * @param {string} id
   * @returns {boolean} whether the id is its own
   */
  takes(id) {
    const { recent } = this;
    const caller = String(vendor.voice.callInfo?.caller ?? "");
    const isNew = recent?.outgoing === vendor.isIncoming || recent?.external;
    const isOwn = recent && !isNew && recent.isFrom(caller);
    if (isOwn) recent.external = id;
    return Boolean(isOwn);
  }

  /** The script still names it. */
  get isMeant() {
    const { callInfo } = vendor.voice;
    return Boolean(callInfo) && (callInfo === this.#callInfo || this.isNamed(callInfo.callId));
  }

  /** Its own leg, which comes after its end, rings with this number. @param {string} number */
  isLegFrom(number) {
    const { call } = this;
    if (!call?.awaitsLeg || !number || !call.isFrom(number)) return false;
    return performance.now() - this.#over < (call.leaving ? REACTION_MS : LATE_MS);
  }
}
