// The one call that VCC gives an agent at a time, put together from callbacks that come twice, late or never.

import { VccCall } from "./call.js";
import { failure } from "./causes.js";
import { vendor } from "./vendor.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/** @typedef {import("./call.js").Facts} Facts */

const LOOK_MS = 250;
const GONE_LOOKS = 4; // a second without any sign of it in the script's own state
const REASON_MS = 1000; // the reason of a failed call may come after the end of its sound
const REACTION_MS = 15_000; // in which the script must know of a call that was dialled
const LONGEST_RING_MS = 150_000;
const AFTERMATH_MS = 5000; // what still comes of a call that is over
const OFFER_MS = 10_000; // VCC refuses an offered call by itself after
/** @type {Record<string, "inbound" | "outbound" | "internal">} */
const DIRECTIONS = { 1: "inbound", 2: "outbound", 3: "internal" };

export class Calls {
  /** @type {VccCall | null} */
  live = null;
  /** @type {VccCall | null} */
  #last = null;
  #lastOver = -Infinity;
  /** Until when the end of the failed call before is still awaited. */
  #awaitedEnd = 0;
  /** An id that came before its call. */
  #early = "";
  #adopting = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looks;

  /** @param {Surroundings} frame @param {import("./sound.js").Sound} sound */
  constructor(frame, sound) {
    this.frame = frame;
    this.sound = sound;
  }

  watch() {
    this.#looks ??= setInterval(() => this.#look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.#looks);
    this.#looks = undefined;
  }

  /** @param {Facts} facts @param {string} [external] */
  begin(facts, external = "") {
    const call = new VccCall(this.frame, facts);
    call.known(external || this.#early);
    this.#early = "";
    call.seen = vendor.alive;
    this.live = call;
    call.begin();
    return call;
  }

  /** @type {Partial<Record<import("./callbacks.js").Callback, (...args: any[]) => void>>} */
  handlers = {
    csCallRinging: (phone) => this.#rings(String(phone ?? "")),
    csCallRingingAgent: () => this.live && (this.live.progressed = true),
    csAcceptCall: () => (this.live ?? this.#adopt())?.answer(),
    csCustomerAccept: () => (this.live ?? this.#adopt())?.answer(),
    csCurrentCallId: (id) => this.#named(String(id ?? "")),
    showCalloutInfo: (number) => this.#dials(String(number ?? "")),
    showCalloutError: (code, sip) => this.#failed(failure(code, sip)),
    csEndCall: () => this.#ended(),
    csHoldCall: () => vendor.voice.isHold === true && this.live?.answered && this.live.hold(true),
    csUnHoldCall: () => vendor.voice.isHold === false && this.live?.hold(false),
    csNewCallTransferRequest: (request) => this.#offered(request ?? {}),
    csTransferCallSuccess: () => this.#handedOn(),
    csTransferCallError: (error) => this.#notHandedOn(String(error || "TRANSFER_CALL_FAILED")),
    csTransferCallResponse: (word) => (word === "OK" ? this.#accepted() : this.#notHandedOn("NOK")),
  };

  /** It is over, and VCC says nothing more of it. @param {VccCall} call @param {() => void} how */
  close(call, how) {
    how();
    this.sound.detach(call);
    if (this.live !== call) return;
    this.live = this.#taking = null;
    this.#endHanding();
    this.#last = call;
    this.#lastOver = performance.now();
    if (vendor.voice.isCallout && !vendor.voice.hasCall) vendor.voice.isCallout = false; // or no further call can be dialled
    this.frame.changed();
  }

  /** @param {string} number */
  #rings(number) {
    // The reason of the call before has not come yet, and another one rings already.
    if (this.live?.placed && this.live.timer) this.#failWithoutReason(this.live);
    const { live } = this;
    if (live?.offered) return;
    if (live?.placed || (live && !live.answered && live.facts.number === number)) {
      live.progressed = true;
      return this.#takeOffered(live);
    }
    if (live && !vendor.voice.isRinging) return; // news of the call in progress, told late
    if (live) this.close(live, () => live.end());
    this.begin({ direction: "inbound", placed: false, number });
  }

  /** @param {string} number */
  #dials(number) {
    if (this.live) return;
    this.begin({ direction: "outbound", placed: true, number });
  }

  /** @param {string} id */
  #named(id) {
    if (!id || id === this.#last?.external) return;
    if (this.live) this.live.known(id);
    else this.#early = id;
  }

  /** @param {Record<string, unknown>} why */
  #failed(why) {
    const { live } = this;
    if (!live?.placed || live.answered) return;
    this.#awaitedEnd = performance.now() + AFTERMATH_MS;
    this.close(live, () => live.fail(why));
  }

  #ended() {
    const { live } = this;
    const awaited = performance.now() < this.#awaitedEnd;
    this.#awaitedEnd = 0;
    this.#early = "";
    if (!live || live.offered) return;
    if (awaited && live.placed && !live.progressed) return; // the end of the call before, which has failed already
    if (live.placed && !live.answered && !live.leaving) {
      live.timer = setTimeout(() => this.#failWithoutReason(live), REASON_MS);
    } else this.close(live, () => live.end());
  }

  /** @param {VccCall} call */
  #failWithoutReason(call) {
    this.close(call, () => call.fail({ cause: "failed", provider_code: "no_progress" }));
  }

  #look() {
    const { live } = this;
    if (!live) return this.#lookForUnknown();
    const { alive } = vendor;
    live.seen ||= alive;
    live.gone = live.seen && !alive ? live.gone + 1 : 0;
    live.talking = vendor.voice.isAnswering ? live.talking + 1 : 0;
    if (live.talking >= GONE_LOOKS) live.answer();
    if (live.gone >= GONE_LOOKS && !live.timer) this.close(live, () => live.end());
    else this.#lookAtTheClock(live);
    if (this.live) this.sound.attach(live);
  }

  /** @param {VccCall} call */
  #lookAtTheClock(call) {
    const age = performance.now() - call.begun;
    if (call.answered || call.offered) return;
    const stuck = age > LONGEST_RING_MS || (call.placed && !call.seen && age > REACTION_MS);
    if (!stuck) return;
    vendor.attempt("endCall");
    this.#awaitedEnd = performance.now() + AFTERMATH_MS;
    this.close(call, () => (call.placed ? call.fail({ ended_by: "system", cause: "failed", provider_code: "no_progress" }) : call.end()));
  }

  /** The script has a call whose beginning never reached us: a lost message, or one that went on while this page was loaded anew. */
  #lookForUnknown() {
    const { hasCall, isRinging, callInfo } = vendor.voice;
    const unknown = (hasCall || isRinging) && callInfo && performance.now() - this.#lastOver > AFTERMATH_MS;
    this.#adopting = unknown ? this.#adopting + 1 : 0;
    if (this.#adopting >= GONE_LOOKS) this.#adopt();
  }

  #adopt() {
    this.#adopting = 0;
    const { callInfo } = vendor.voice;
    const id = String(callInfo?.callId ?? "");
    if (!callInfo || (id && id === this.#last?.external)) return null;
    const direction = DIRECTIONS[String(callInfo.callDirection)] ?? "inbound";
    return this.begin({ direction, placed: direction === "outbound", number: String(callInfo.caller ?? "") }, id);
  }

  /** A colleague would like to hand her call over. @param {{callId?: unknown, caller?: unknown}} request */
  #offered({ callId, caller }) {
    if (this.live) return vendor.attempt("responseTransferAgent", 0);
    const call = this.begin({ direction: "inbound", placed: false, number: String(caller ?? "") }, String(callId ?? ""));
    call.offered = true;
    call.timer = setTimeout(() => this.close(call, () => call.end()), OFFER_MS);
  }

  /** The agent has said yes: VCC makes it ring, and it is answered at once. @param {VccCall} call */
  takeOffer(call) {
    call.offered = false;
    call.leave();
    clearTimeout(call.timer);
    this.#taking = call;
    call.timer = setTimeout(() => this.close(call, () => call.end()), OFFER_MS);
    vendor.call("responseTransferAgent", 1);
  }

  /** @type {VccCall | null} */
  #taking = null;

  /** @param {VccCall} call */
  #takeOffered(call) {
    if (this.#taking !== call) return;
    this.#taking = null;
    vendor.attempt("onAcceptCall");
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #handing;

  /** @param {number} wait ms in which VCC must say whether the colleague takes it */
  handing(wait) {
    clearTimeout(this.#handing);
    this.#handing = setTimeout(() => this.#notHandedOn("TRANSFER_CALL_FAILED"), wait);
  }

  get isHanding() {
    return this.#handing !== undefined;
  }

  #accepted() {
    clearTimeout(this.#handing);
  }

  #handedOn() {
    this.#endHanding();
    if (this.live?.answered) this.live.handedOn();
    else if (this.#last && performance.now() - this.#lastOver < AFTERMATH_MS) this.#last.tell("transferred");
  }

  /** @param {string} code */
  #notHandedOn(code) {
    this.#endHanding();
    this.live?.tell("transfer_failed", { provider_code: code });
  }

  #endHanding() {
    clearTimeout(this.#handing);
    this.#handing = undefined;
  }
}
