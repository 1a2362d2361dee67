// The phone for any exchange that speaks SIP over WebSocket (RFC 7118), on JsSIP: two calls, call
// waiting, blind and attended transfers.

import { Pauses, workerBeat } from "../../client/page-time.js";
import { CallLines } from "../kit/call-lines.js";
import { CommandError, mustSucceed, runCommand } from "../kit/run-command.js";
import { openMicrophone } from "../kit/open-microphone.js";
import { SipCall } from "./call.js";
import { IncomingCalls } from "./incoming.js";
import { written } from "./numbers.js";
import { Registration } from "./registration.js";

/** @import { PhoneFrame, PhoneSession, ProviderPhone } from "../../types/provider" */
/** @import { Session as SipSession, SipMessage } from "./jssip" */

const NOT_NOW = 480;

/** @type {import("../kit/run-command.js").Commands<SipPhone, SipCall>} */
const COMMANDS = {
  answer: [["ringing"], (phone, call) => phone.answer(call)],
  reject: [["ringing"], (_, call) => call.leave()],
  hangup: [["ringing", "answering", "dialing", "talking"], (_, call) => call.leave()],
  mute: [["talking"], (_, call) => mustSucceed(call.mute(true))],
  unmute: [["talking"], (_, call) => mustSucceed(call.mute(false))],
  mute_audio: [["dialing", "talking"], (_, call) => call.audio.mute(true)],
  unmute_audio: [["dialing", "talking"], (_, call) => call.audio.mute(false)],
  hold: [["talking"], (phone, call) => phone.hold(call)],
  unhold: [["talking"], (phone, call) => phone.unhold(call)],
  dtmf: [["talking"], (_, call, { tones, by }) => call.dtmf(String(tones), by)],
  transfer_blind: [["talking"], (phone, call, { number }) => phone.transfer(call, String(number))],
  consult: [["talking"], (phone, { id }, { number }) => phone.dial(String(number), id)],
  transfer_attended: [["talking"], (phone, call, { other }) => phone.join(call, other)],
  dial: (phone, { number }) => phone.dial(String(number)),
  register: ({ registration }) => registration?.register(),
  unregister: ({ registration }) => registration?.unregister(),
  set_availability: (phone, { availability }) => phone.setAvailability(availability),
};

/** @implements {ProviderPhone} */
class SipPhone {
  /** @type {Registration | null} */
  registration = null;
  /** @type {CallLines<SipCall>} */
  lines = new CallLines();
  pauses = new Pauses();
  /** @type {PhoneSession} */
  session = { provider: "", connection: "", epoch: 0, sip: {} };
  availability = "available";
  /** A call is being placed or answered, and its microphone is not open yet. */
  #opening = false;
  #socketWasLost = false;

  /** @param {PhoneFrame} frame */
  constructor(frame) {
    this.frame = frame;
    this.incoming = new IncomingCalls(this);
  }

  /** @param {PhoneSession} session */
  async start(session) {
    this.session = session;
    this.availability = session.availability ?? "available";
    this.registration = new Registration(session.sip, (type, fields) => this.#report(type, fields));
    this.registration.agent.on("newRTCSession", ({ originator, session: call, request }) => {
      if (originator === "local") this.#dials(call, request);
      else if (!call.data.replaces) this.incoming.ring(call, request);
    });
    workerBeat()(() => this.pauses.beat());
    this.registration.start(this.availability !== "offline");
  }

  async stop() {
    this.#endAll();
    await this.registration?.stop();
  }

  leave() {
    this.#endAll();
    this.registration?.close();
  }

  fenced() {
    for (const call of this.lines.calls)
      if (call.state === "ringing") call.end("withdrawn", NOT_NOW);
  }

  status() {
    const { calls } = this.lines;
    return {
      registered: this.registration?.registered ?? false,
      calls: calls.map(({ id }) => id),
      audioMuted: calls.filter(({ audio }) => audio.muted).map(({ id }) => id),
    };
  }

  /** @param {string} name @param {Record<string, any>} args */
  command(name, args) {
    return runCommand(COMMANDS, this, name, args);
  }

  /** @param {string} id */
  findCall(id) {
    return this.lines.find(id);
  }

  /** @param {string} number @param {string} [consults] the call that the consultation is about */
  async dial(number, consults) {
    const target = this.#addressOf(number);
    const line = this.lines.free;
    if (!line) throw new CommandError("not_allowed_now");
    this.lines.mustTurnTo();
    if (!this.registration?.registered) throw new CommandError("not_registered");
    const mediaStream = await this.openMicrophone(async () => {
      await this.lines.holdOthers();
      return this.registration?.registered ? "" : "not_registered";
    }, line);
    const options = this.callOptions(mediaStream, { number, line, consults });
    this.registration.agent.call(target, options);
  }

  /** @param {SipCall} call */
  async answer(call) {
    this.lines.mustTurnTo(call);
    const mediaStream = await this.openMicrophone(async () => {
      await this.lines.holdOthers(call);
      return this.lines.find(call.id) ? "" : "no_call";
    });
    call.stream = mediaStream;
    call.session.answer({ mediaStream, pcConfig: this.pcConfig });
  }

  /** @param {SipCall} call */
  async hold(call) {
    this.#mustBeConnected();
    await mustSucceed(call.hold(true));
  }

  /** @param {SipCall} call */
  async unhold(call) {
    this.#mustBeConnected();
    this.lines.mustTurnTo(call);
    await this.lines.holdOthers(call);
    await mustSucceed(call.hold(false));
  }

  /**
   * A blind transfer: the far side waits on hold, and is still there when nobody answers.
   * @param {SipCall} call
   * @param {string} number
   */
  async transfer(call, number) {
    const target = this.#addressOf(number);
    if (call.transferring) throw new CommandError("not_allowed_now");
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
    if (!other || other === call) throw new CommandError("no_call");
    if (!other.isAbout(call)) throw new CommandError("no_consultation");
    if (!other.answered || call.transferring || other.transferring)
      throw new CommandError("not_allowed_now");
    call.transfer(other.session.remote_identity.uri, other);
  }

  /** @param {string} availability */
  async setAvailability(availability) {
    this.availability = availability;
    if (availability === "offline") await this.registration?.unregister();
    else if (!this.frame.microphone.fenced) this.registration?.register();
  }

  /**
   * Opens the microphone for one call at a time.
   * @param {() => Promise<string>} prepare returns why the call is no longer wanted; "": it is
   * @param {number} [line] kept free for the call
   */
  async openMicrophone(prepare, line = 0) {
    if (this.#opening) throw new CommandError("not_allowed_now");
    this.#opening = true;
    this.lines.reserved = line;
    try {
      return await openMicrophone(this.frame.microphone, prepare);
    } finally {
      this.#opening = false;
      this.lines.reserved = 0;
    }
  }

  /** @returns {Record<string, any>} the connection's settings */
  get settings() {
    return this.session.sip;
  }

  /** @returns {RTCConfiguration} */
  get pcConfig() {
    return { iceServers: this.session.ice_servers ?? [] };
  }

  /**
   * @param {MediaStream} mediaStream
   * @param {Record<string, unknown>} data
   * @param {string[]} [headers]
   */
  callOptions(mediaStream, data, headers = []) {
    const own = Object.entries(this.settings.headers ?? {});
    return {
      mediaStream,
      pcConfig: this.pcConfig,
      extraHeaders: [...own.map(([name, value]) => `${name}: ${value}`), ...headers],
      data: { ...data, mediaStream },
    };
  }

  /**
   * @param {SipSession} session
   * @param {"dialing" | "ringing" | "answered"} type of its first event
   * @param {number} line
   * @param {Record<string, unknown>} facts
   */
  begin(session, type, line, facts) {
    const call = new SipCall(this, session, line);
    this.lines.add(call);
    call.announce(type, facts);
    return call;
  }

  /** @param {string} number */
  #addressOf(number) {
    const address = written(number, this.settings.dial_plan);
    if (!this.registration) throw new CommandError("not_registered");
    return this.registration.addressOf(address);
  }

  #mustBeConnected() {
    if (!this.registration?.connected) throw new CommandError("not_registered");
  }

  /** @param {SipSession} session @param {SipMessage} request */
  #dials(session, request) {
    const { number, line, mediaStream, consults, follows } = session.data;
    const external = [["sip", request.call_id]];
    const facts = { direction: "outbound", number, external, consults, follows };
    this.begin(session, "dialing", line, facts).stream = mediaStream;
  }

  #endAll() {
    this.fenced();
    for (const call of this.lines.calls) if (call.state !== "ringing") call.leave(NOT_NOW);
  }

  /** @param {string} type @param {Record<string, unknown>} [fields] */
  #report(type, fields) {
    this.frame.emit({ type, ...fields });
    if (type === "disconnected") {
      this.#socketWasLost = true;
      for (const call of this.lines.calls) call.socketLost();
    }
    const back = type === "registered" || (type === "connected" && !this.registration?.wanted);
    if (!back || !this.#socketWasLost) return;
    this.#socketWasLost = false;
    // the far side's exchange still sends to the lost socket
    for (const call of this.lines.calls) call.refresh();
  }
}

/** @typedef {SipPhone} Phone */

/** @param {PhoneFrame} frame */
export const createPhone = (frame) => new SipPhone(frame);
