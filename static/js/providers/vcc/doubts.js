// Calls on an IP phone or a mobile are known from the vendor's server alone. Their news of the time
// when that was away are never told again, so after a while without any news its end is told as
// what it is: unknown. A later word of VCC's puts it right.

import { vendor } from "./vendor.js";

/** @typedef {import("./call.js").VccCall} VccCall */

const NEWS_MS = 600_000; // as long as Console waits for the browser of a call
const LEG_MS = 10_000; // in which the agent's own leg comes, by SIP, for a request that VCC has got
/** The callbacks after which VCC tells us nothing of a call. */
const LOSSES = new Set(["csNotifyReconnecting", "csOndisconnected", "csInitError"]);

export class Doubts {
  /** The vendor's socket. */
  #away = false;
  /** Its last loss. */
  #lostAt = -Infinity;

  /** @param {import("./calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
  }

  /** @param {string} name of a callback */
  heard(name) {
    if (LOSSES.has(name)) this.#lost();
    else if (name === "csInitComplete") this.#back();
  }

  #lost() {
    this.#noteLoss();
    this.#away = true;
    // what becomes of a call on its way to a colleague is not told again
    this.calls.transfers.over();
    this.#doubt();
  }

  #noteLoss() {
    if (!this.#away) this.#lostAt = performance.now();
  }

  /**
   * Signed in again. The agent's status alone tells something of the time between, and only that a
   * ring was missed.
   */
  #back() {
    this.#noteLoss(); // some builds say nothing when they are cut off
    this.#doubt();
    this.#away = false;
    const { live } = this.calls;
    if (
      !live ||
      live.doubted === null ||
      live.state !== "ringing" ||
      vendor.voice.callStatus !== "No Answer"
    )
      return;
    live.doubted = null;
    this.calls.close(live, () => live.end());
  }

  /**
   * The agent wants it to be over, and VCC says nothing, or never will: a new frame waits for its
   * end.
   * @param {VccCall} call
   */
  mayBeClosed(call) {
    return call.doubted !== null && (!this.#away || this.calls.link.worn);
  }

  /** The script hears nothing; without the voice it passes over all news. */
  get #deaf() {
    return this.#away || !vendor.voice.enableVoice;
  }

  /** Whether what the script says of this call is true. @param {VccCall} call */
  knows(call) {
    return call.here || !this.#deaf;
  }

  /** @param {VccCall} call */
  look(call) {
    this.#notePlace(call);
    if (this.#deaf) this.#doubt();
    if (this.#isUnsent(call)) return this.#giveUp(call);
    if (call.doubted !== null && performance.now() - call.doubted > NEWS_MS)
      this.calls.close(call, () => call.end());
  }

  /**
   * A request that went into a lost socket. In the browser SIP brings the agent's leg, whatever the
   * socket does.
   * @param {VccCall} call
   */
  #isUnsent(call) {
    const fromHere = call.placed && !call.internal && this.calls.devices.now === "browser";
    const lost = call.begun <= this.#lostAt && performance.now() - this.#lostAt > LEG_MS;
    return fromHere && lost && !call.progressed && !call.here && !call.leaving;
  }

  /** @param {VccCall} call */
  #giveUp(call) {
    vendor.attempt("endCall");
    this.calls.close(call, () =>
      call.fail({ ended_by: "system", cause: "failed", provider_code: "not_sent" }),
    );
  }

  #doubt() {
    const { live } = this.calls;
    if (live) this.#notePlace(live);
    if (live && !live.offered && !live.here) live.doubted ??= performance.now();
  }

  /** @param {VccCall} call */
  #notePlace(call) {
    call.here ||= this.calls.isHere;
    if (call.here) call.doubted = null;
  }
}
