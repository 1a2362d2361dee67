// What an agent asks of a call, over functions that throw, toggle or say nothing.

import { microphoneCode } from "../../frame/microphone.js";
import { Hotlines } from "./hotlines.js";
import { dialled, keys } from "./numbers.js";
import { Refusal } from "./refusal.js";
import { vendor } from "./vendor.js";

/** @typedef {import("./call.js").VccCall} VccCall */
/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/**
 * @typedef {{calls: import("./calls.js").Calls, sound: import("./sound.js").Sound, devices: import("./device.js").Devices, waiting: import("./waiting.js").Waiting, colleagues: import("./colleagues.js").Colleagues, frame: Surroundings}}
 *   Parts
 */

const END_MS = 5000;
const LINGER_MS = 2000;
const GLANCE_MS = 100;
const TRANSFER_MS = 15_000; // VCC itself refuses after ten seconds

/** @type {Record<string, (asked: CallCommands, call: VccCall, args: any) => unknown>} */
export const CALL_COMMANDS = {
  answer: (asked, call) => asked.answer(call),
  reject: (asked, call) => asked.reject(call),
  hangup: (asked, call) => asked.hangup(call),
  mute: (asked, call) => asked.mute(call, true),
  unmute: (asked, call) => asked.mute(call, false),
  mute_audio: (asked, call) => asked.deafen(call, true),
  unmute_audio: (asked, call) => asked.deafen(call, false),
  hold: (asked, call) => asked.hold(call, true),
  unhold: (asked, call) => asked.hold(call, false),
  dtmf: (asked, call, { tones }) => asked.dtmf(call, String(tones)),
  transfer_blind: (asked, call, { number }) => asked.transfer(call, String(number)),
};

export class CallCommands {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.hotlines = new Hotlines(parts.frame);
  }

  /** @type {Partial<Record<import("./callbacks.js").Callback, (...args: any[]) => void>>} */
  handlers = {
    csMuteCall: () => void this.#heardMute(true),
    csUnMuteCall: () => void this.#heardMute(false),
  };

  /** @param {string} given */
  async dial(given) {
    const { calls, devices } = this.parts;
    const { number, internal } = dialled(given);
    if (calls.live) throw new Refusal("not_allowed_now");
    if (internal && devices.now !== "browser") throw new Refusal("browser_only");
    if (devices.now === "browser") await this.#microphone();
    const hotline = internal ? [] : await this.hotlines.forDial();
    await this.#lastCallGone();
    if (!calls.link.up) throw new Refusal("not_registered"); // the socket was lost meanwhile
    if (calls.live) throw new Refusal("not_allowed_now");
    if (internal) calls.begin({ direction: "internal", placed: true, number });
    const sent = vendor.attempt("csCallout", number, ...hotline);
    if (sent && calls.live) return calls.hearSip(calls.live);
    const call = calls.live ?? calls.begin({ direction: "outbound", placed: true, number });
    calls.close(call, () =>
      call.fail({ ended_by: "system", cause: "failed", provider_code: "not_sent" }),
    );
    throw new Refusal("not_sent");
  }

  /** @param {VccCall} call */
  async answer(call) {
    if (call.state !== "ringing") throw new Refusal("not_allowed_now");
    if (call.offered) return this.#take(call);
    if (this.parts.devices.now !== "browser") throw new Refusal("unsupported");
    await this.#microphone();
    vendor.attempt("onAcceptCall");
    await this.#until(() => call.answered || call.over, END_MS);
    if (!call.answered) throw new Refusal(call.over ? "no_call" : "failed");
  }

  /** @param {VccCall} call */
  async #take(call) {
    if (this.parts.devices.now === "browser") await this.#microphone();
    if (!call.offered || call.over || !this.parts.calls.transfers.take(call))
      throw new Refusal("no_call");
  }

  /** @param {VccCall} call */
  async reject(call) {
    if (call.state !== "ringing") throw new Refusal("not_allowed_now");
    await this.hangup(call, "reject");
  }

  /** A ringing call must not be answered here any more. */
  turnAway() {
    const { calls, devices } = this.parts;
    const call = calls.live;
    if (!call || call.state !== "ringing" || devices.now !== "browser") return;
    if (call.offered) vendor.attempt("responseTransferAgent", 0);
    else vendor.attempt("endCall");
    calls.close(call, () => call.end({ ended_by: "system", sip_code: 480 }));
  }

  /** @param {VccCall} call @param {string} [how] */
  async hangup(call, how = call.state === "ringing" ? "reject" : "hangup") {
    const { calls, devices } = this.parts;
    call.leave(how);
    if (call.offered)
      return (vendor.attempt("responseTransferAgent", 0), calls.close(call, () => call.end()));
    // or VCC does not listen
    if (call.held && devices.now !== "browser") await this.hold(call, false).catch(() => {});
    const asked = vendor.attempt("endCall");
    await this.#until(() => call.over, asked ? END_MS : 0);
    if (call.over) return;
    if ((vendor.voice.hasCall || calls.isHere) && !calls.doubts.mayBeClosed(call))
      return (call.leave(), Promise.reject(new Refusal("failed")));
    calls.close(call, () => call.end());
  }

  /** @param {VccCall} call @param {boolean} on */
  async hold(call, on) {
    if (!call.answered) throw new Refusal("not_allowed_now");
    await this.parts.waiting.inTurn("hold", async () => {
      if (Boolean(vendor.voice.isHold) !== on)
        await this.parts.waiting.ask(
          () => this.#toggle("holdCall"),
          ["csHoldCall", "csUnHoldCall"],
        );
      if (call.over) throw new Refusal("no_call");
      if (Boolean(vendor.voice.isHold) !== on)
        throw new Refusal(on ? "hold_refused" : "unhold_refused");
      call.hold(on);
    });
  }

  /**
   * The microphone is switched off here, where it is; VCC is told where it listens, which is for
   * incoming calls only.
   * @param {VccCall} call
   * @param {boolean} on
   */
  async mute(call, on) {
    if (!call.answered) throw new Refusal("not_allowed_now");
    if (this.parts.devices.now !== "browser") return this.#muteOnDevice(call, on);
    if (on) this.parts.sound.silence(call, true);
    const told = !isInbound(call) || call.held ? Promise.resolve() : this.#tellVccOfMute(on);
    // after the answer to a mute that is on its way, which would silence it again
    if (!on) await told;
    if (!on && vendor.voice.isMute) throw new Refusal("failed");
    if (!on) this.parts.sound.silence(call, false);
    if (!call.held && call.connection && !(await this.parts.frame.media.settles(call.id, on)))
      throw new Refusal("failed");
  }

  /**
   * VCC's answer comes late, or it has done so by itself: in the browser the agent's wish counts.
   * @param {boolean} on
   */
  async #heardMute(on) {
    const { calls, devices, sound, waiting } = this.parts;
    const call = calls.live;
    if (
      !call?.answered ||
      call.held ||
      call.muted === on ||
      Boolean(vendor.voice.isMute) !== on ||
      waiting.busy === "mute"
    )
      return;
    if (devices.now !== "browser") return this.#tellMute(call, on);
    if (!isInbound(call)) return;
    await this.#tellVccOfMute(!on).catch(() => {});
    if (call.muted !== on && !call.over) sound.silence(call, !on);
  }

  /** @param {VccCall} call @param {boolean} deaf */
  deafen(call, deaf) {
    if (this.parts.devices.now !== "browser") throw new Refusal("unsupported");
    this.parts.sound.deafen(call, deaf);
  }

  /** @param {VccCall} call @param {string} tones */
  dtmf(call, tones) {
    if (!call.answered) throw new Refusal("not_allowed_now");
    if (!vendor.has("sendDTMF") || this.parts.devices.now !== "browser")
      throw new Refusal("unsupported");
    for (const key of keys(tones)) vendor.call("sendDTMF", key);
  }

  /**
   * To a colleague, who must agree: what becomes of it, the events tell.
   * @param {VccCall} call
   * @param {string} to
   */
  transfer(call, to) {
    if (!call.answered || this.parts.calls.transfers.isHanding)
      throw new Refusal("not_allowed_now");
    if (!vendor.has("csTransferCallAgent")) throw new Refusal("unsupported");
    if (!/^[1-9]\d{0,6}(_\d+)?$/.test(to)) throw new Refusal("colleagues_only");
    this.parts.calls.transfers.handing(call, TRANSFER_MS);
    vendor.call("csTransferCallAgent", to);
  }

  /** @param {string} what @returns {Promise<import("../../types/provider").Result>} */
  async read(what) {
    if (what === "hotlines") return this.hotlines.read();
    if (what === "agents") return this.parts.colleagues.read();
    return { ok: false, code: "unsupported" };
  }

  /** @param {VccCall} call @param {boolean} on */
  async #muteOnDevice(call, on) {
    if (!isInbound(call)) throw new Refusal("mute_inbound_only");
    if (call.held) throw new Refusal("not_allowed_now");
    await this.#tellVccOfMute(on);
    if (Boolean(vendor.voice.isMute) !== on) throw new Refusal("failed");
    this.#tellMute(call, on);
  }

  /** @param {VccCall} call @param {boolean} on */
  #tellMute(call, on) {
    call.muted = on;
    call.tell(on ? "muted" : "unmuted");
  }

  /** @param {boolean} on */
  #tellVccOfMute(on) {
    const { waiting } = this.parts;
    return waiting.inTurn("mute", async () => {
      if (Boolean(vendor.voice.isMute) !== on)
        await waiting.ask(() => this.#toggle("muteCall"), ["csMuteCall", "csUnMuteCall"]);
    });
  }

  /** It throws where the script has lost its call. @param {string} name */
  #toggle(name) {
    if (!vendor.attempt(name)) throw new Refusal("failed");
  }

  async #microphone() {
    const { microphone } = this.parts.frame;
    if (microphone.fenced) throw new Refusal("fenced");
    const state = microphone.state === "ok" ? "ok" : await microphone.check();
    if (state !== "ok") throw new Refusal(microphoneCode(state));
  }

  /**
   * The sound of a call that failed may outlive it for a moment, and the script dials no other one
   * until it is gone.
   */
  async #lastCallGone() {
    const { calls } = this.parts;
    const free = () => !vendor.voice.isCallout && !vendor.voice.hasCall && !calls.isHere;
    if (
      !(await this.#until(free, calls.mayGoOn ? 0 : LINGER_MS)) &&
      !calls.mayGoOn &&
      !calls.live &&
      vendor.voice.hasCall
    )
      vendor.attempt("endCall");
    // or the script dials nothing, and says nothing
    Object.assign(vendor.voice, { isCallout: false, hasCall: false, isConnectToAgent: false });
  }

  /** @param {() => boolean} done @param {number} within ms */
  async #until(done, within) {
    for (const late = performance.now() + within; !done() && performance.now() < late;)
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    return done();
  }
}

/**
 * Other calls, a colleague's among them, the script does not mute: it opens a dialog that stops the
 * page.
 * @param {VccCall} call
 */
const isInbound = (call) =>
  !call.placed && String(vendor.voice.callInfo?.callDirection ?? 1) === "1";
