// The one call that VCC gives an agent at a time, put together from callbacks that come twice, late
// or never.

import { Aftermath } from "./aftermath.js";
import { VccCall } from "./call.js";
import { failure, sipFailure } from "./causes.js";
import { Doubts } from "./doubts.js";
import { Transfers } from "./transfers.js";
import { vendor } from "./vendor.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/** @typedef {import("./call.js").Facts} Facts */

const LOOK_MS = 250;
const GONE_LOOKS = 4; // a second without any sign of it in the script's own state
// the reason of a failed call comes on another socket than the end of its sound
const REASON_MS = 3000;
const REACTION_MS = 15_000; // in which the script must know of a call that was dialled
const LONGEST_RING_MS = 150_000;
/** @type {Record<string, "inbound" | "outbound" | "internal">} */
const DIRECTIONS = { 1: "inbound", 2: "outbound", 3: "internal" };

export class Calls {
  /** @type {VccCall | null} */
  live = null;
  /** The call before this one. */
  #last = new Aftermath();
  /** The id and the hotline that came before their call. */
  #early = { id: "", hotline: "" };
  /** Somebody whose call rings behind the one that is being dialled, or talked in. */
  #behind = "";
  #adopting = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looks;

  /**
   * @param {Surroundings} frame
   * @param {import("./sound.js").Sound} sound
   * @param {import("./link.js").Link} link
   * @param {import("./device.js").Devices} devices
   */
  constructor(frame, sound, link, devices) {
    this.frame = frame;
    this.sound = sound;
    this.link = link;
    this.devices = devices;
    this.doubts = new Doubts(this);
    this.transfers = new Transfers(this);
    this.handlers = { ...this.#handlers, ...this.transfers.handlers };
  }

  watch() {
    this.#looks ??= setInterval(() => this.#look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.#looks);
    this.#looks = undefined;
  }

  /**
   * @param {Facts} facts
   * @param {string} [external]
   * @param {string} [offer] the id of a colleague's call
   */
  begin(facts, external = "", offer = "") {
    const call = new VccCall(
      this.frame,
      facts,
      facts.placed || offer ? "" : this.#hotline || this.#early.hotline,
    );
    call.offer = offer;
    call.offered = offer !== "";
    call.known(external || this.#early.id);
    this.#early = { id: "", hotline: "" };
    call.seen = vendor.alive;
    this.live = call;
    call.begin();
    return call;
  }

  /** @type {Partial<Record<import("./callbacks.js").Callback, (...args: any[]) => void>>} */
  #handlers = {
    csCallRinging: (phone) => this.#rings(String(phone ?? "")),
    csCallRingingAgent: () => this.live && (this.live.progressed = true),
    csAcceptCall: () => this.#answered((call) => !call.offered && (!call.placed || call.internal)),
    csCustomerAccept: () => this.#answered((call) => call.placed),
    csCurrentCallId: (id) => this.#named(String(id ?? "")),
    showCalloutInfo: (number) => this.#dials(String(number ?? "")),
    showCalloutError: (code, sip) => this.#failed(failure(code, sip)),
    csEndCall: () => this.#ended(),
    csHoldCall: () => vendor.voice.isHold === true && this.live?.answered && this.live.hold(true),
    csUnHoldCall: () => vendor.voice.isHold === false && this.live?.hold(false),
  };

  /** Any callback has come, whoever sees to it. @param {string} name */
  heard(name) {
    this.doubts.heard(name);
  }

  /**
   * It is over, and VCC says nothing more of it, but perhaps its end.
   * @param {VccCall} call
   * @param {() => void} how
   */
  close(call, how) {
    how();
    this.sound.detach(call);
    if (this.live !== call) return;
    this.live = null;
    this.transfers.over();
    this.#last.begin(call);
    // or no further call can be dialled
    if (vendor.voice.isCallout && !vendor.voice.hasCall) vendor.voice.isCallout = false;
    this.#ringsBehind();
    this.frame.changed();
  }

  /** The call that is over, while something may still come of it. */
  get justOver() {
    return this.#last.recent;
  }

  /** The browser has its sound: what the vendor's server says, or does not say, does not end it. */
  get isHere() {
    const { session } = vendor;
    return Boolean(session) && !session.isEnded?.();
  }

  /** The call before was given up, and perhaps goes on: nothing may end it. */
  get mayGoOn() {
    return this.#last.mayGoOn;
  }

  get #alive() {
    return vendor.alive || this.isHere;
  }

  /** The line that the customer has called. */
  get #hotline() {
    return String(vendor.voice.callInfo?.line ?? "").slice(0, 64);
  }

  /** @param {string} number */
  #rings(number) {
    // The reason of the call before has not come yet, and another one rings already.
    if (this.live?.placed && this.live.timer) this.#failWithoutReason(this.live);
    const { live } = this;
    if (!live)
      return this.#isCancelled(number)
        ? void setTimeout(() => this.#endsLeg(number), LOOK_MS)
        : void this.#begins(number);
    if (
      live.placed
        ? live.isFrom(number)
        : (live.taken && !live.answered) || (!live.answered && !live.offered && live.isFrom(number))
    )
      return this.#ringsOn(live, number);
    if (live.placed || this.#hasSound(live)) this.#behind = number;
    // otherwise it is news of the call in progress, told late
    else if (vendor.voice.isRinging || live.offered) this.#pushesOut(live, number);
  }

  /** The sound in the browser is this call's own. @param {VccCall} call */
  #hasSound(call) {
    return (
      this.isHere &&
      call.answered &&
      call.connection !== null &&
      call.connection === vendor.connection
    );
  }

  /**
   * Its own leg rings, not a customer, of whom VCC tells the id as well, be it a moment later.
   * @param {string} number
   */
  #isCancelled(number) {
    return this.devices.now === "browser" && !this.#early.id && this.#last.isLegFrom(number);
  }

  /** @param {string} number */
  #endsLeg(number) {
    if (this.live || !this.#looks || !this.#alive) return;
    if (this.#isCancelled(number)) vendor.attempt("endCall");
    else this.#begins(number);
  }

  /** @param {string} number */
  #begins(number) {
    this.begin({ direction: "inbound", placed: false, number });
  }

  /** @param {VccCall} call @param {string} number */
  #ringsOn(call, number) {
    if (call.answered) return;
    call.progressed = true;
    if (call.placed && call.leaving) return void vendor.attempt("endCall");
    if (!call.placed) call.learn({ number, hotline: this.#hotline });
    if (!call.taken) return;
    call.unwait();
    vendor.attempt("onAcceptCall"); // where it rings on another device, this does nothing
  }

  /**
   * VCC gives one call at a time, so the one before is over.
   * @param {VccCall} call
   * @param {string} number
   */
  #pushesOut(call, number) {
    if (call.offered) this.transfers.pass(call);
    else this.close(call, () => call.end());
    this.#begins(number);
  }

  #ringsBehind() {
    const number = this.#behind;
    this.#behind = "";
    if (number && vendor.voice.isRinging) this.#begins(number);
  }

  /** @param {string} number */
  #dials(number) {
    if (this.live) return;
    this.begin({ direction: "outbound", placed: true, number });
  }

  /**
   * On a placed call the script takes the agent's own leg for an answer.
   * @param {(call: VccCall) => boolean} fits
   */
  #answered(fits) {
    if (!this.live && this.mayGoOn) this.#revive();
    const call = this.live ?? this.#adopt();
    // the answer of the call before, which is over already
    const late = call?.placed && !call.progressed && this.#last.isMeant;
    if (!call || late || !fits(call)) return;
    call.progressed = true;
    this.#behind = ""; // the script has one call, and this is it
    call.answer();
  }

  /** @param {string} id */
  #named(id) {
    if (!id) return;
    if (!this.live && this.#last.call?.unheard && this.#last.isNamed(id)) return this.#revive();
    const { live } = this;
    if (this.#last.isNamed(id) || id === live?.offer) return;
    if (!live || live.offered) return void (this.#early = { id, hotline: this.#hotline });
    if (live.external === id) live.doubted = null;
    live.known(id);
    if (live.placed)
      live.progressed = true; // the customer's phone rings
    else live.learn({ hotline: this.#hotline });
  }

  /** The call that was given up for want of news is there. */
  #revive() {
    this.live = this.#last.call;
    this.#last.call = null;
    this.live?.revive();
  }

  /** @param {Record<string, unknown>} why */
  #failed(why) {
    const { live } = this;
    if (!live?.placed || live.answered) return;
    this.close(live, () => live.fail(why));
  }

  #ended() {
    const { live } = this;
    const awaited = this.#last.ended();
    this.#early = { id: "", hotline: "" };
    if (!live) return this.#last.call?.unheard && this.#last.call.endAfterAll();
    if (live.offered) return;
    if (this.#behind && this.#goesOn(live)) return void (this.#behind = "");
    // the end of the call before, which is over already
    if (awaited && (this.#alive || (live.placed && !live.progressed))) return;
    if (live.placed && !live.answered && !live.leaving) {
      live.timer ??= setTimeout(() => this.#failWithoutReason(live), REASON_MS);
      return;
    }
    live.doubted = null;
    this.close(live, () => live.end());
    this.#last.ended();
  }

  /**
   * Its sound is here, or the script still names it: the end was that of another one.
   * @param {VccCall} call
   */
  #goesOn(call) {
    return (
      this.isHere ||
      Boolean(call.external && String(vendor.voice.callInfo?.callId) === call.external)
    );
  }

  /** @param {VccCall} call */
  #failWithoutReason(call) {
    this.close(call, () =>
      call.fail({
        cause: "failed",
        provider_code: call.doubted === null ? "no_progress" : "no_news",
      }),
    );
    this.#last.ended();
  }

  /** Only SIP tells why a call to a colleague came to nothing. @param {VccCall} call */
  hearSip(call) {
    call.hear(
      vendor.session,
      (event) => this.live === call && !call.leaving && this.#failed(sipFailure(event ?? {})),
    );
  }

  #look() {
    const { live } = this;
    if (!live) return this.#lookForUnknown();
    this.doubts.look(live);
    this.hearSip(live);
    if (live.placed && this.isHere) live.progressed = true;
    live.seen ||= this.#alive;
    live.gone = live.seen && !this.#alive && this.doubts.knows(live) ? live.gone + 1 : 0;
    live.talking =
      vendor.voice.isAnswering && !live.offered && live.facts.direction !== "outbound"
        ? live.talking + 1
        : 0;
    if (live.talking >= GONE_LOOKS && !live.answered) live.answer();
    if (live.gone >= GONE_LOOKS && !live.timer) this.close(live, () => live.end());
    else this.#lookAtTheClock(live);
    if (this.live) this.sound.attach(this.live);
  }

  /** @param {VccCall} call */
  #lookAtTheClock(call) {
    const age = performance.now() - call.begun;
    if (call.answered || call.offered || call.over || (call.placed && vendor.voice.isAnswering))
      return;
    const stuck = age > LONGEST_RING_MS || (call.placed && !call.seen && age > REACTION_MS);
    if (!stuck) return;
    // otherwise it may have been answered on the phone meanwhile
    if (call.doubted === null) vendor.attempt("endCall");
    const failed = call.placed && call.doubted === null;
    this.close(call, () =>
      failed
        ? call.fail({ ended_by: "system", cause: "failed", provider_code: "no_progress" })
        : call.end(),
    );
  }

  /**
   * The script has a call whose beginning never reached us: a lost message, or one that went on
   * while this page was loaded anew.
   */
  #lookForUnknown() {
    const { hasCall, isRinging, callInfo } = vendor.voice;
    const unknown = (hasCall || isRinging) && callInfo && !this.justOver;
    this.#adopting = unknown ? this.#adopting + 1 : 0;
    if (this.#adopting >= GONE_LOOKS) this.#adopt();
  }

  #adopt() {
    this.#adopting = 0;
    const { callInfo } = vendor.voice;
    if (!callInfo || this.#last.isMeant) return null;
    const direction = DIRECTIONS[String(callInfo.callDirection)] ?? "inbound";
    return this.begin(
      { direction, placed: direction === "outbound", number: String(callInfo.caller ?? "") },
      String(callInfo.callId ?? ""),
    );
  }
}
