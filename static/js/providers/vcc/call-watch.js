// Compares the present call with the script's own state four times a second: callbacks come twice,
// late or never.

import { vendor } from "./vendor.js";

/** @import { VccCall } from "./call.js" */

export const LOOK_MS = 250;
const ENOUGH_LOOKS = 4; // a second in which the script's own state stays the same
const REACTION_LOOKS = 60; // in which the server must have begun a call that the script forgot
const REACTION_MS = 15_000; // in which the script must know of a call that was dialled
const LONGEST_RING_MS = 150_000;

export class CallWatch {
  #unknown = 0;
  #timer = 0;

  /** @param {import("./calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
  }

  start() {
    this.#timer ||= setInterval(() => this.#look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  get isRunning() {
    return this.#timer !== 0;
  }

  #look() {
    const { live } = this.calls;
    if (!live) return this.#lookForUnknown();
    this.calls.missed.look(live);
    this.calls.followSip(live);
    this.#count(live);
    if (live.talking >= ENOUGH_LOOKS && !live.answered) live.answer();
    if (live.gone >= enoughLooks(live) && !live.timer.started) this.calls.close(live);
    else this.#lookAtClock(live);
    this.calls.live?.followAudio();
  }

  /** @param {VccCall} call */
  #count(call) {
    const { isAlive, isHere, missed } = this.calls;
    if (call.outgoing && isHere) call.progressed = true;
    call.seen ||= isAlive;
    call.gone = call.seen && !isAlive && missed.knows(call) ? call.gone + 1 : 0;
    const talks = vendor.voice.isAnswering && !call.offered && call.facts.direction !== "outbound";
    call.talking = talks ? call.talking + 1 : 0;
  }

  /** @param {VccCall} call */
  #lookAtClock(call) {
    const age = performance.now() - call.begun;
    const { answered, offered, over, outgoing, seen } = call;
    if (answered || offered || over || (outgoing && vendor.voice.isAnswering)) return;
    if (age <= LONGEST_RING_MS && !(outgoing && !seen && age > REACTION_MS)) return;
    const certain = call.uncertainSince === null;
    // an uncertain one may have been answered on the phone meanwhile
    if (certain) vendor.attempt("endCall");
    if (certain && outgoing) this.calls.failBySystem(call, "no_progress");
    else this.calls.close(call);
  }

  /**
   * The script has a call that was never reported: a callback was lost, or the call went on while
   * this page was loaded anew.
   */
  #lookForUnknown() {
    this.calls.releaseScript();
    const { hasCall, isRinging, callInfo } = vendor.voice;
    const unknown = (hasCall || isRinging) && callInfo && !this.calls.previous.recent;
    this.#unknown = unknown ? this.#unknown + 1 : 0;
    if (this.#unknown < ENOUGH_LOOKS) return;
    this.#unknown = 0;
    this.calls.adopt();
  }
}

/** At so many looks without the call it is over. @param {VccCall} call */
function enoughLooks(call) {
  if (!call.maybeForgotten) return ENOUGH_LOOKS;
  return call.outgoing && !vendor.voice.callInfo ? REACTION_LOOKS : Infinity;
}
