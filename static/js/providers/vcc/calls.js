// The one call that VCC gives an agent at a time, put together from callbacks that come twice, late
// or never.

import { VccCall } from "./call.js";
import { CallWatch } from "./call-watch.js";
import { failure, sipFailure } from "./causes.js";
import { MissedEvents } from "./missed-events.js";
import { PreviousCall } from "./previous-call.js";
import { Rings } from "./rings.js";
import { Transfers } from "./transfers.js";
import { vendor } from "./vendor.js";

/** @import { PhoneFrame } from "../../types/provider" */
/** @import { Facts } from "./call.js" */
/** @import { Devices } from "./devices.js" */
/** @import { VendorSocket } from "../kit/vendor-socket.js" */

// the reason of a failed call comes on another socket than the end of its audio
const REASON_MS = 3000;

export class Calls {
  /** @type {VccCall | null} */
  live = null;
  previous = new PreviousCall();
  /** The id and the hotline that came before their call. */
  early = { id: "", hotline: "" };

  /** @param {PhoneFrame} frame @param {VendorSocket} socket @param {Devices} devices */
  constructor(frame, socket, devices) {
    this.frame = frame;
    this.socket = socket;
    this.devices = devices;
    this.watch = new CallWatch(this);
    this.missed = new MissedEvents(this);
    this.transfers = new Transfers(this);
    this.rings = new Rings(this);
    this.handlers = { ...this.#handlers, ...this.rings.handlers, ...this.transfers.handlers };
  }

  /**
   * @param {Facts} facts
   * @param {string} [external]
   * @param {string} [offer] the id of a colleague's call
   */
  begin(facts, external = "", offer = "") {
    const called = facts.outgoing || offer ? "" : this.hotline || this.early.hotline;
    const call = new VccCall(this.frame, facts, called);
    call.offer = offer;
    call.offered = offer !== "";
    call.external = external || this.early.id;
    this.early = { id: "", hotline: "" };
    call.seen = vendor.alive;
    const { recent } = this.previous;
    call.isAfterDial = recent !== null && this.isOnPhone(recent);
    this.live = call;
    call.begin();
    return call;
  }

  /** @type {import("./callbacks.js").Handlers} */
  #handlers = {
    csCallRingingAgent: () => this.live && (this.live.progressed = true),
    csAcceptCall: () =>
      this.#answered((call) => !call.offered && (!call.outgoing || call.internal)),
    csCustomerAccept: () => this.#answered((call) => call.outgoing),
    csCurrentCallId: (id) => this.#named(String(id ?? "")),
    showCalloutInfo: (number) => this.#dials(String(number ?? "")),
    showCalloutError: (code, sip) => this.#failed(failure(code, sip)),
    csEndCall: () => this.#ended(),
    csHoldCall: () => vendor.voice.isHold === true && this.live?.answered && this.live.hold(true),
    csUnHoldCall: () => vendor.voice.isHold === false && this.live?.hold(false),
  };

  /**
   * Ends a call. VCC reports nothing more of it, but perhaps its end.
   * @param {VccCall} call
   * @param {() => void} [how]
   */
  close(call, how = () => call.end()) {
    how();
    call.audio.forget();
    if (this.live !== call) return;
    this.live = null;
    this.transfers.over();
    this.previous.begin(call);
    this.releaseScript();
    this.rings.next();
    this.frame.changed();
  }

  /**
   * Ends the script's own dial, which has no call: otherwise it dials no further call, and picks up
   * the next caller as the agent's own leg.
   */
  releaseScript() {
    if (vendor.voice.isCallout && !vendor.voice.hasCall) vendor.voice.isCallout = false;
  }

  /** @param {VccCall} call @param {string} provider_code */
  failBySystem(call, provider_code) {
    const fields = { ended_by: "system", cause: "failed", provider_code };
    this.close(call, () => call.fail(fields));
  }

  /** The audio is in this browser: no message of VCC's server ends the call. */
  get isHere() {
    const { session } = vendor;
    return Boolean(session) && !session.isEnded?.();
  }

  get isAlive() {
    return vendor.alive || this.isHere;
  }

  /** It was dialled for another device. @param {VccCall} call */
  isOnPhone(call) {
    return call.outgoing && !call.here && !this.devices.inBrowser;
  }

  /** The hotline that the customer has called. */
  get hotline() {
    return String(vendor.voice.callInfo?.line ?? "").slice(0, 64);
  }

  /** @param {string} number */
  #dials(number) {
    if (!this.live) this.begin({ direction: "outbound", outgoing: true, number });
  }

  /**
   * On an outgoing call the script takes the agent's own leg for an answer.
   * @param {(call: VccCall) => boolean} fits
   */
  #answered(fits) {
    if (!this.live && this.previous.mayGoOn) this.#revive();
    const call = this.live ?? this.adopt();
    // the answer of the previous call, which is over
    const late = call?.outgoing && !call.progressed && this.previous.isMeant;
    if (!call || late || !fits(call)) return;
    call.progressed = true;
    this.rings.behind = ""; // the script has one call, and this is it
    call.answer();
  }

  /** @param {string} id */
  #named(id) {
    if (!id) return;
    const { live } = this;
    const isPrevious = this.previous.isNamed(id);
    if (!live && this.previous.call?.assumedOver && isPrevious) return this.#revive();
    if (isPrevious || id === live?.offer || (!live && this.previous.takes(id))) return;
    if (!live || live.offered) return void (this.early = { id, hotline: this.hotline });
    if (live.external === id) live.uncertainSince = null;
    live.external = id;
    if (live.outgoing)
      live.progressed = true; // the customer's phone rings
    else live.learn({ hotline: this.hotline });
  }

  /** The call whose end was assumed is there. */
  #revive() {
    this.live = this.previous.call;
    this.previous.call = null;
    this.live?.revive();
  }

  /** @param {Record<string, unknown>} why */
  #failed(why) {
    const { live } = this;
    if (live?.outgoing && !live.answered) this.close(live, () => live.fail(why));
  }

  #ended() {
    const { live } = this;
    const awaited = this.previous.ended();
    this.early = { id: "", hotline: "" };
    if (!live) return this.previous.call?.assumedOver && this.previous.call.endAfterAll();
    if (live.offered) return;
    if (this.rings.behind && this.#goesOn(live)) return void (this.rings.behind = "");
    // the end of the previous call, which is over
    if (awaited && (this.isAlive || (live.outgoing && !live.progressed))) return;
    if (live.outgoing && !live.answered && !live.leaving) {
      if (!live.timer.started) live.timer.start(() => this.failWithoutReason(live), REASON_MS);
      return;
    }
    live.uncertainSince = null;
    this.close(live);
    this.previous.ended();
  }

  /**
   * Its audio is here, or the script still names it: another call has ended.
   * @param {VccCall} call
   */
  #goesOn(call) {
    const named = String(vendor.voice.callInfo?.callId) === call.external;
    return this.isHere || (call.external !== "" && named);
  }

  /** @param {VccCall} call */
  failWithoutReason(call) {
    const provider_code = call.uncertainSince === null ? "no_progress" : "no_news";
    this.close(call, () => call.fail({ cause: "failed", provider_code }));
    this.previous.ended();
  }

  /** Only SIP reports why a call to a colleague failed. @param {VccCall} call */
  followSip(call) {
    call.onSipFailure(
      vendor.session,
      (event) => this.live === call && !call.leaving && this.#failed(sipFailure(event ?? {})),
    );
  }

  /** Takes over a call that the script has and never reported. */
  adopt() {
    const { callInfo } = vendor.voice;
    // in the browser VCC's server may report a ring after the end of its leg
    const hasLeg = this.isHere || !this.devices.inBrowser;
    if (!callInfo || !hasLeg || this.previous.isMeant) return null;
    const direction = vendor.direction ?? "inbound";
    const number = String(callInfo.caller ?? "");
    const facts = { direction, outgoing: direction === "outbound", number };
    return this.begin(facts, String(callInfo.callId ?? ""));
  }
}
