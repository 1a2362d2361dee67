// Calls on an IP phone or a mobile are known from VCC's server alone. The events of the time when
// its socket was lost never come, so such a call is uncertain, and after a while without events its
// end is assumed. A later event corrects that.

import { vendor } from "./vendor.js";

/** @import { VccCall } from "./call.js" */

const NEWS_MS = 600_000; // as long as Console waits for the browser of a call
const LEG_MS = 10_000; // in which the agent's own leg comes, by SIP, for a request that VCC has got
/** The callbacks after which VCC reports nothing of a call. */
const LOSSES = ["csNotifyReconnecting", "csOndisconnected", "csInitError"];

export class MissedEvents {
  /** The socket is lost. */
  #away = false;
  /** Its last loss. */
  #lostAt = -Infinity;

  /** @param {import("./calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
  }

  /** @param {string} name of a callback */
  received(name) {
    if (LOSSES.includes(name)) this.#lost();
    else if (name === "csInitComplete") this.#back();
  }

  #lost() {
    this.#noteLoss();
    this.#away = true;
    // the outcome of a transfer is not reported again
    this.calls.transfers.over();
    this.#doubt();
  }

  #noteLoss() {
    if (!this.#away) this.#lostAt = performance.now();
  }

  /** Runs when signed in again. The agent's status alone reports a ring missed in between. */
  #back() {
    this.#noteLoss(); // some builds do not report that they are cut off
    this.#doubt();
    this.#away = false;
    const { live } = this.calls;
    const isMissed = vendor.voice.callStatus === "No Answer" && live?.state === "ringing";
    if (!isMissed || live.uncertainSince === null) return;
    live.uncertainSince = null;
    this.calls.close(live);
  }

  /**
   * The agent ends it, and VCC does not answer, or never will: a new frame waits for its end.
   * @param {VccCall} call
   */
  mayBeClosed(call) {
    return call.uncertainSince !== null && (!this.#away || this.calls.socket.givenUp);
  }

  /** The script receives nothing; without the voice it ignores all events. */
  get #isBlind() {
    return this.#away || !vendor.voice.enableVoice;
  }

  /** Whether the script's state of this call is true. @param {VccCall} call */
  knows(call) {
    return call.here || !this.#isBlind;
  }

  /** @param {VccCall} call */
  look(call) {
    this.#notePlace(call);
    if (this.#isBlind) this.#doubt();
    if (this.#isUnsent(call)) return this.#giveUp(call);
    if (call.uncertainSince !== null && performance.now() - call.uncertainSince > NEWS_MS)
      this.calls.close(call);
  }

  /**
   * Its request went into a lost socket. In the browser SIP brings the agent's leg without that
   * socket.
   * @param {VccCall} call
   */
  #isUnsent(call) {
    const fromHere = call.outgoing && !call.internal && this.calls.devices.inBrowser;
    const lost = call.begun <= this.#lostAt && performance.now() - this.#lostAt > LEG_MS;
    return fromHere && lost && !call.progressed && !call.here && !call.leaving;
  }

  /** @param {VccCall} call */
  #giveUp(call) {
    vendor.attempt("endCall");
    this.calls.failBySystem(call, "not_sent");
  }

  #doubt() {
    const { live } = this.calls;
    if (live) this.#notePlace(live);
    if (live && !live.offered && !live.here) live.uncertainSince ??= performance.now();
  }

  /** @param {VccCall} call */
  #notePlace(call) {
    call.here ||= this.calls.isHere;
    if (call.here) call.uncertainSince = null;
  }
}
