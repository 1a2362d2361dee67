// Any exchange that speaks SIP over WebSocket (RFC 7118), by JsSIP: two lines, call waiting,
// transfers with and without asking first.

import { microphoneCode, stopTracks } from "../frame/microphone.js";
import { Pauses } from "../client/pauses.js";
import { workerBeat } from "../client/ticker.js";
import { SipCall } from "./sip/call.js";
import { Lines } from "./sip/lines.js";
import { SipLink } from "./sip/link.js";
import { Newcomers } from "./sip/newcomers.js";
import { mustBeTones, written } from "./sip/numbers.js";
import { must, Refusal } from "./sip/refusal.js";

/** @typedef {import("../types/provider").Surroundings} Surroundings */
/** @typedef {import("../types/provider").Result} Result */
/** @typedef {import("../types/provider").Session} Session */
/** @typedef {import("../types/provider").ProviderPhone} ProviderPhone */
/** @typedef {import("../types/jssip").Session} SipSession */
/** @typedef {import("../types/jssip").SipMessage} SipMessage */

const ICE_PATIENCE_MS = 20_000;
const NOT_NOW = 480;
const DECLINE = 603;

/** @typedef {"ringing" | "answering" | "dialing" | "talking"} CallState */
/** @typedef {(phone: SipPhone, call: SipCall, args: any) => unknown} OnCall */
/**
 * What each command on a call does, and in which states.
 * @type {Record<string, [CallState[], OnCall]>}
 */
const CALL_COMMANDS = {
  answer: [["ringing"], (phone, call) => phone.answer(call)],
  reject: [["ringing"], (phone, call) => phone.leaveCall(call)],
  hangup: [["ringing", "answering", "dialing", "talking"], (phone, call) => phone.leaveCall(call)],
  mute: [["talking"], (_, call) => must(call.mute(true))],
  unmute: [["talking"], (_, call) => must(call.mute(false))],
  mute_audio: [["dialing", "talking"], (_, call) => call.deafen(true)],
  unmute_audio: [["dialing", "talking"], (_, call) => call.deafen(false)],
  hold: [["talking"], (phone, call) => phone.hold(call)],
  unhold: [["talking"], (phone, call) => phone.unhold(call)],
  dtmf: [["talking"], (phone, call, { tones, by }) => phone.dtmf(call, String(tones), by)],
  transfer_blind: [["talking"], (phone, call, { number }) => phone.transfer(call, String(number))],
  consult: [
    ["talking"],
    (phone, call, { number }) => phone.dial(String(number), { consults: call.id }),
  ],
  transfer_attended: [["talking"], (phone, call, { other }) => phone.join(call, other)],
};
/** @type {Record<string, (phone: SipPhone, args: any) => unknown>} */
const LINE_COMMANDS = {
  dial: (phone, { number }) => phone.dial(String(number)),
  register: (phone) => phone.link?.register(),
  unregister: (phone) => phone.link?.unregister(),
  set_availability: (phone, { availability }) => phone.setAvailability(availability),
};

/** @implements {ProviderPhone} */
class SipPhone {
  /** @type {SipLink | null} */
  link = null;
  lines = new Lines();
  pauses = new Pauses();
  /** @type {Session} */
  #session = { provider: "", connection: "", epoch: 0, sip: {} };
  availability = "available";
  /** A call is being made or answered, and its microphone is not open yet. */
  #opening = false;
  #socketWasLost = false;

  /** @param {Surroundings} frame */
  constructor(frame) {
    this.frame = frame;
    this.newcomers = new Newcomers(this);
  }

  /** @param {Session} session */
  async start(session) {
    this.#session = session;
    this.availability = session.availability ?? "available";
    this.link = new SipLink(session.sip, (type, fields) => this.#notice(type, fields));
    this.link.agent.on("newRTCSession", ({ originator, session: call, request }) => {
      if (originator === "local") this.#dials(call, request);
      else if (!call.data.replaces) this.newcomers.ring(call, request);
    });
    workerBeat()(() => this.pauses.beat());
    this.link.start(this.availability !== "offline");
  }

  async stop() {
    this.#endAll();
    await this.link?.stop();
  }

  leave() {
    this.#endAll();
    this.link?.close();
  }

  fenced() {
    for (const call of this.lines.calls)
      if (call.state === "ringing") call.end("withdrawn", NOT_NOW);
  }

  status() {
    const { calls } = this.lines;
    return {
      registered: this.link?.registered ?? false,
      calls: ids(calls),
      deaf: ids(calls.filter(({ deaf }) => deaf)),
    };
  }

  /** @param {string} name @param {Record<string, any>} args @returns {Promise<Result>} */
  async command(name, args) {
    try {
      if (Object.hasOwn(CALL_COMMANDS, name)) await this.#onCall(CALL_COMMANDS[name], args);
      else if (Object.hasOwn(LINE_COMMANDS, name)) await LINE_COMMANDS[name](this, args);
      else throw new Refusal("unsupported");
      return { ok: true };
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, code: error.message };
      throw error;
    }
  }

  /**
   * @param {string} number
   * @param {{consults?: string}} [more] the call about which somebody is asked first
   */
  async dial(number, more = {}) {
    const target = this.#addressOf(number);
    const line = this.lines.free;
    if (!line || !this.lines.mayTurnTo()) throw new Refusal("not_allowed_now");
    if (!this.link?.registered) throw new Refusal("not_registered");
    const mediaStream = await this.openMicrophone(async () => {
      await this.lines.holdOthers();
      return this.link?.registered ? "" : "not_registered";
    }, line);
    this.link.agent.call(target, this.callOptions(mediaStream, { number, line, ...more }));
  }

  /** @param {SipCall} call */
  async answer(call) {
    if (!this.lines.mayTurnTo(call)) throw new Refusal("not_allowed_now");
    const mediaStream = await this.openMicrophone(async () => {
      await this.lines.holdOthers(call);
      return this.lines.find(call.id) ? "" : "no_call";
    });
    call.lend(mediaStream);
    call.session.answer({ mediaStream, pcConfig: this.pcConfig });
  }

  /** @param {SipCall} call */
  leaveCall(call) {
    call.leave(this.settings.reject_code ?? DECLINE);
  }

  /** @param {SipCall} call */
  async hold(call) {
    this.#mustBeConnected();
    await must(call.hold(true));
  }

  /** @param {SipCall} call */
  async unhold(call) {
    this.#mustBeConnected();
    if (!this.lines.mayTurnTo(call)) throw new Refusal("not_allowed_now");
    await this.lines.holdOthers(call);
    await must(call.hold(false));
  }

  /** @param {SipCall} call @param {string} tones @param {string} [by] */
  dtmf(call, tones, by) {
    mustBeTones(tones);
    call.dtmf(tones, by ?? this.settings.dtmf ?? "rfc2833");
  }

  /**
   * Without asking first: the far side waits on hold, and is still there when nobody answers.
   * @param {SipCall} call
   * @param {string} number
   */
  async transfer(call, number) {
    const target = this.#addressOf(number);
    if (call.transferring) throw new Refusal("not_allowed_now");
    await this.hold(call);
    call.transfer(target);
  }

  /**
   * Joins the far sides of a call and of its consultation.
   * @param {SipCall} call
   * @param {string} [named]
   */
  join(call, named) {
    this.#mustBeConnected();
    const about = this.lines.others(call).find((each) => each.isAbout(call));
    const other = named ? this.lines.find(named) : about;
    if (!other || other === call) throw new Refusal("no_call");
    if (!other.isAbout(call)) throw new Refusal("no_consultation");
    if (!other.answered || call.transferring || other.transferring)
      throw new Refusal("not_allowed_now");
    call.transfer(other.session.remote_identity.uri, other);
  }

  /** @param {string} availability */
  async setAvailability(availability) {
    this.availability = availability;
    if (availability === "offline") await this.link?.unregister();
    else if (!this.frame.microphone.fenced) this.link?.register();
  }

  /**
   * The person may take a while to allow it.
   * @param {() => Promise<string>} meanwhile what is to be done before it is used; why it is no longer wanted, if so
   * @param {number} [line] kept free for the call
   */
  async openMicrophone(meanwhile, line = 0) {
    if (this.#opening) throw new Refusal("not_allowed_now");
    const { microphone } = this.frame;
    this.#opening = true;
    this.lines.reserved = line;
    /** @type {MediaStream | null} */
    let stream = null;
    try {
      stream = await microphone.open().catch(() => null);
      if (!stream)
        throw new Refusal(microphone.fenced ? "fenced" : microphoneCode(microphone.state));
      const why = await meanwhile();
      if (why) throw new Refusal(why);
      return stream;
    } catch (error) {
      stopTracks(stream);
      throw error;
    } finally {
      this.#opening = false;
      this.lines.reserved = 0;
    }
  }

  /** @returns {Record<string, any>} what the connection's settings say */
  get settings() {
    return this.#session.sip;
  }

  /** @returns {RTCConfiguration} */
  get pcConfig() {
    return { iceServers: this.#session.ice_servers ?? [] };
  }

  /**
   * @param {MediaStream} mediaStream
   * @param {Record<string, unknown>} data
   * @param {string[]} [headers]
   */
  callOptions(mediaStream, data, headers = []) {
    const own = Object.entries(this.settings.headers ?? {}).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return {
      mediaStream,
      pcConfig: this.pcConfig,
      extraHeaders: [...own, ...headers],
      data: { ...data, mediaStream },
    };
  }

  /**
   * @param {SipSession} session
   * @param {"dialing" | "ringing" | "answered"} type
   * @param {number} line
   * @param {Record<string, unknown>} facts
   */
  begin(session, type, line, facts) {
    const call = new SipCall(this.frame, session, line, {
      patience: this.#session.ice_patience_ms ?? ICE_PATIENCE_MS,
      over: (ended) => this.lines.remove(ended),
      referred: (from, event) => void this.newcomers.follow(from, event),
      replaced: (from, event) => void this.newcomers.welcome(from, event),
    });
    this.lines.add(call);
    call.announce(type, facts);
    return call;
  }

  /** @param {string} number */
  #addressOf(number) {
    const address = written(number, this.settings.dial_plan);
    if (!this.link) throw new Refusal("not_registered");
    return this.link.addressOf(address);
  }

  #mustBeConnected() {
    if (!this.link?.connected) throw new Refusal("not_registered");
  }

  /** @param {[CallState[], OnCall]} command @param {Record<string, any>} args */
  async #onCall([states, run], args) {
    const call = this.lines.find(args.call);
    if (!call) throw new Refusal("no_call");
    if (!states.includes(call.state)) throw new Refusal("not_allowed_now");
    await run(this, call, args);
  }

  /** @param {SipSession} session @param {SipMessage} request */
  #dials(session, request) {
    const { number, line, mediaStream, consults, follows } = session.data;
    const facts = {
      direction: "outbound",
      number,
      external: [["sip", request.call_id]],
      consults,
      follows,
    };
    this.begin(session, "dialing", line, facts).lend(mediaStream);
  }

  #endAll() {
    for (const call of this.lines.calls) {
      if (call.state === "ringing") call.end("withdrawn", NOT_NOW);
      else call.leave(NOT_NOW);
    }
  }

  /** @param {string} type @param {Record<string, unknown>} [fields] */
  #notice(type, fields) {
    this.frame.emit({ type, ...fields });
    if (type === "disconnected") {
      this.#socketWasLost = true;
      for (const call of this.lines.calls) call.socketLost();
    }
    const back = type === "registered" || (type === "connected" && !this.link?.wanted);
    if (!back || !this.#socketWasLost) return;
    this.#socketWasLost = false;
    // the far side's exchange still sends to the socket that died
    for (const call of this.lines.calls) call.refresh();
  }
}

/** @param {SipCall[]} calls */
const ids = (calls) => calls.map(({ id }) => id);

/** @typedef {SipPhone} Phone */

/** @param {Surroundings} frame */
export const createPhone = (frame) => new SipPhone(frame);
