// VCC's ring events. A ring is a new call, a repetition for the present call, a caller behind that
// call, or a leg of the previous call.

import { sleep } from "../kit/wait.js";
import { LOOK_MS } from "./call-watch.js";
import { vendor } from "./vendor.js";

/** @import { Calls } from "./calls.js" */
/** @import { VccCall } from "./call.js" */

export class Rings {
  /** The number of a caller who rings while the agent dials or talks. */
  behind = "";

  /** @param {Calls} calls */
  constructor(calls) {
    this.calls = calls;
  }

  /** @type {import("./callbacks.js").Handlers} */
  handlers = { csCallRinging: (phone) => this.#rings(String(phone ?? "")) };

  /** @param {string} number */
  #rings(number) {
    // the reason of the previous call has not come yet
    const past = this.calls.live;
    if (past?.outgoing && past.timer.started) this.calls.failWithoutReason(past);
    else if (past && this.#isReplaced(past)) this.calls.close(past);
    const { live } = this.calls;
    if (!live) {
      if (this.#isLateRing(number)) return;
      if (this.#isLateLeg(number)) return void this.#lookAgain(number);
      return this.#begins(number);
    }
    if (isSame(live, number)) return this.#ringsOn(live, number);
    if (live.outgoing || this.#hasAudio(live)) this.behind = number;
    // otherwise it is a late event of the present call
    else if (vendor.voice.isRinging || live.offered) this.#pushesOut(live, number);
  }

  /**
   * VCC reports no end of a dialled call on another device: there the ring of an incoming call is
   * its end. A dial that has just met the ring fails instead, with a reason.
   * @param {VccCall} call
   */
  #isReplaced(call) {
    const isUncertain = call.uncertainSince !== null || call.gone > 0;
    const mayBeOver = call.progressed || call.leaving || isUncertain;
    return mayBeOver && this.calls.isOnPhone(call) && vendor.isIncoming;
  }

  /**
   * The customer's phone of a dialled call that is over rings: the script has no call.
   * @param {string} number
   */
  #isLateRing(number) {
    const { recent } = this.calls.previous;
    const isDialled = recent?.outgoing && number !== "" && recent.isFrom(number);
    return Boolean(isDialled) && !this.calls.isAlive && !vendor.isIncoming;
  }

  /** The audio in the browser is this call's own. @param {VccCall} call */
  #hasAudio(call) {
    const { connection } = call.audio;
    const own = connection !== null && connection === vendor.connection;
    return this.calls.isHere && call.answered && own;
  }

  /**
   * The ring belongs to the leg of a call that is over. VCC reports the id of a customer's call as
   * well, perhaps a moment later.
   * @param {string} number
   */
  #isLateLeg(number) {
    const { devices, early, previous } = this.calls;
    return devices.inBrowser && !early.id && previous.isLegFrom(number);
  }

  /**
   * VCC ends the leg of a failed call itself, but not that of a cancelled one.
   * @param {string} number
   */
  async #lookAgain(number) {
    await sleep(LOOK_MS);
    const { live, watch, isAlive, previous } = this.calls;
    if (live || !watch.isRunning || !isAlive) return;
    if (!this.#isLateLeg(number)) return this.#begins(number);
    if (previous.call?.leaving) vendor.attempt("endCall");
    else void this.#lookAgain(number);
  }

  /** @param {string} number */
  #begins(number) {
    this.calls.begin({ direction: "inbound", outgoing: false, number });
  }

  /** @param {VccCall} call @param {string} number */
  #ringsOn(call, number) {
    if (call.answered) return;
    call.progressed = true;
    if (call.outgoing && call.leaving) return void vendor.attempt("endCall");
    if (!call.outgoing) call.learn({ number, hotline: this.calls.hotline });
    if (!call.taken) return;
    call.timer.stop();
    vendor.attempt("onAcceptCall"); // no effect where it rings on another device
  }

  /**
   * VCC gives one call at a time, so the present one is over.
   * @param {VccCall} call
   * @param {string} number
   */
  #pushesOut(call, number) {
    if (call.offered) this.calls.transfers.refuseSoon();
    this.calls.close(call);
    this.#begins(number);
  }

  /** Begins the call of the caller who rang behind the call that is over. */
  next() {
    const number = this.behind;
    this.behind = "";
    if (number && vendor.voice.isRinging) this.#begins(number);
  }
}

/** The ring is the call's own. @param {VccCall} call @param {string} number */
function isSame(call, number) {
  if (call.outgoing) return call.isFrom(number);
  if (call.answered) return false;
  return call.taken || (!call.offered && call.isFrom(number));
}
