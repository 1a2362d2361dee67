// The agent's commands on a call, carried out by functions that throw, toggle or do not answer.

import { CommandError } from "../kit/run-command.js";
import { checkMicrophone } from "../kit/open-microphone.js";
import { until } from "../kit/wait.js";
import { dialled, keys } from "./numbers.js";
import { vendor } from "./vendor.js";

/** @import { VccCall } from "./call.js" */
/**
 * @typedef {Pick<import("./index.js").Phone,
 *   "frame" | "calls" | "devices" | "hotlines" | "queue" | "registration" | "voice">} Parts
 */

const END_MS = 5000;
const LINGER_MS = 2000;
const TRANSFER_MS = 15_000; // VCC itself refuses after ten seconds
const COLLEAGUE = /^[1-9]\d{0,6}(_\d+)?$/;

const TALKING = ["talking"];
const ANY = ["ringing", "dialing", "talking"];

/** @type {import("../kit/run-command.js").Commands<import("./index.js").Phone, VccCall>} */
export const COMMANDS = {
  answer: [["ringing"], ({ onCall }, call) => onCall.answer(call)],
  reject: [["ringing"], ({ onCall }, call) => onCall.hangup(call)],
  hangup: [ANY, ({ onCall }, call) => onCall.hangup(call)],
  mute: [TALKING, ({ onCall }, call) => onCall.mute(call, true)],
  unmute: [TALKING, ({ onCall }, call) => onCall.mute(call, false)],
  mute_audio: [ANY, ({ onCall }, call) => onCall.muteAudio(call, true)],
  unmute_audio: [ANY, ({ onCall }, call) => onCall.muteAudio(call, false)],
  hold: [TALKING, ({ onCall }, call) => onCall.hold(call, true)],
  unhold: [TALKING, ({ onCall }, call) => onCall.hold(call, false)],
  dtmf: [TALKING, ({ onCall }, _, { tones }) => onCall.dtmf(String(tones))],
  transfer_blind: [TALKING, ({ onCall }, call, { number }) => onCall.transfer(call, number)],
  dial: ({ onCall }, { number }) => onCall.dial(String(number)),
  register: (phone, { take }) => phone.register(take === true),
  unregister: (phone) => phone.unregister(),
  set_availability: (phone, { availability }) => phone.setAvailability(String(availability)),
  set_device: (phone, { device, number }) => phone.setDevice(String(device), String(number ?? "")),
  choose_hotline: ({ hotlines }, { hotline }) => hotlines.choose(String(hotline)),
};

export class CallCommands {
  /** @param {Parts} parts */
  constructor({ frame, calls, devices, hotlines, queue, registration, voice }) {
    this.frame = frame;
    this.calls = calls;
    this.devices = devices;
    this.hotlines = hotlines;
    this.queue = queue;
    this.registration = registration;
    this.voice = voice;
  }

  /** @type {import("./callbacks.js").Handlers} */
  handlers = {
    csMuteCall: () => void this.#showsMute(true),
    csUnMuteCall: () => void this.#showsMute(false),
  };

  /** @param {string} given */
  async dial(given) {
    const { calls } = this;
    this.voice.mustBeHere();
    if (!this.registration.registered) throw new CommandError("not_registered");
    const { number, internal } = dialled(given);
    if (calls.live) throw new CommandError("not_allowed_now");
    if (internal && !this.devices.inBrowser) throw new CommandError("browser_only");
    await this.#checkMicrophone();
    const hotline = internal ? [] : await this.hotlines.forDial();
    await this.#lastCallGone();
    if (!calls.socket.up) throw new CommandError("not_registered"); // it was lost meanwhile
    if (calls.live) throw new CommandError("not_allowed_now");
    if (internal) calls.begin({ direction: "internal", outgoing: true, number });
    const sent = vendor.attempt("csCallout", number, ...hotline);
    if (sent && calls.live) return calls.followSip(calls.live);
    const call = calls.live ?? calls.begin({ direction: "outbound", outgoing: true, number });
    calls.failBySystem(call, "not_sent");
    throw new CommandError("not_sent");
  }

  /** @param {VccCall} call */
  async answer(call) {
    if (call.offered) return this.#take(call);
    if (!this.devices.inBrowser) throw new CommandError("unsupported");
    await this.#checkMicrophone();
    vendor.attempt("onAcceptCall");
    await until(() => call.answered || call.over, END_MS);
    if (!call.answered) throw new CommandError(call.over ? "no_call" : "failed");
  }

  /** @param {VccCall} call */
  async #take(call) {
    await this.#checkMicrophone();
    if (!call.offered || call.over || !this.calls.transfers.take(call))
      throw new CommandError("no_call");
  }

  /** The fence is closed: a ringing call must not be answered here. */
  refuseRinging() {
    const call = this.calls.live;
    if (call?.state !== "ringing" || !this.devices.inBrowser) return;
    if (call.offered) vendor.attempt("responseTransferAgent", 0);
    else vendor.attempt("endCall");
    this.calls.close(call, () => call.end({ ended_by: "system", sip_code: 480 }));
  }

  /** @param {VccCall} call */
  async hangup(call) {
    const { calls } = this;
    call.leave();
    if (call.offered) {
      vendor.attempt("responseTransferAgent", 0);
      return calls.close(call);
    }
    // otherwise VCC ignores it
    if (call.held && !this.devices.inBrowser) await this.hold(call, false).catch(() => {});
    const asked = vendor.attempt("endCall");
    await until(() => call.over, asked ? END_MS : 0);
    if (call.over) return;
    if ((vendor.voice.hasCall || calls.isHere) && !calls.missed.mayBeClosed(call)) {
      call.stay();
      throw new CommandError("failed");
    }
    calls.close(call);
  }

  /** @param {VccCall} call @param {boolean} on */
  async hold(call, on) {
    await this.queue.inTurn("hold", async () => {
      await this.#toggle("isHold", on, "holdCall", ["csHoldCall", "csUnHoldCall"]);
      if (call.over) throw new CommandError("no_call");
      if (Boolean(vendor.voice.isHold) !== on)
        throw new CommandError(on ? "hold_refused" : "unhold_refused");
      call.hold(on);
    });
  }

  /**
   * Switches the microphone here, where it is. VCC is asked too where it listens, which is only for
   * incoming calls.
   * @param {VccCall} call
   * @param {boolean} on
   */
  async mute(call, on) {
    if (!this.devices.inBrowser) return this.#muteOnDevice(call, on);
    if (on) call.mute(true);
    const asked = !isInbound(call) || call.held ? Promise.resolve() : this.#muteAtVcc(on);
    // after the answer to a mute that is on its way, which would silence it again
    if (!on) await asked;
    if (!on && vendor.voice.isMute) throw new CommandError("failed");
    if (!on) call.mute(false);
    if (call.held || !call.audio.connection) return;
    if (!(await this.frame.media.settles(call.id, on))) throw new CommandError("failed");
  }

  /**
   * VCC's answer comes late, or VCC has muted by itself: in the browser the agent's wish counts.
   * @param {boolean} on
   */
  async #showsMute(on) {
    const call = this.calls.live;
    if (!call?.answered || call.held || call.muted === on) return;
    if (Boolean(vendor.voice.isMute) !== on || this.queue.busy === "mute") return;
    if (!this.devices.inBrowser) return reportMute(call, on);
    if (!isInbound(call)) return;
    await this.#muteAtVcc(!on).catch(() => {});
    if (call.muted !== on && !call.over) call.mute(!on);
  }

  /** @param {VccCall} call @param {boolean} muted */
  muteAudio(call, muted) {
    if (!this.devices.inBrowser) throw new CommandError("unsupported");
    call.audio.mute(muted);
  }

  /** @param {string} tones */
  dtmf(tones) {
    if (!vendor.has("sendDTMF") || !this.devices.inBrowser) throw new CommandError("unsupported");
    for (const key of keys(tones)) vendor.call("sendDTMF", key);
  }

  /** To a colleague, who must accept. @param {VccCall} call @param {unknown} number */
  transfer(call, number) {
    const { transfers } = this.calls;
    const to = String(number);
    if (transfers.isPending) throw new CommandError("not_allowed_now");
    if (!vendor.has("csTransferCallAgent")) throw new CommandError("unsupported");
    if (!COLLEAGUE.test(to)) throw new CommandError("colleagues_only");
    transfers.begin(call, TRANSFER_MS);
    vendor.call("csTransferCallAgent", to);
  }

  async #checkMicrophone() {
    if (this.devices.inBrowser) await checkMicrophone(this.frame.microphone);
  }

  /** @param {VccCall} call @param {boolean} on */
  async #muteOnDevice(call, on) {
    if (!isInbound(call)) throw new CommandError("mute_inbound_only");
    if (call.held) throw new CommandError("not_allowed_now");
    await this.#muteAtVcc(on);
    if (Boolean(vendor.voice.isMute) !== on) throw new CommandError("failed");
    reportMute(call, on);
  }

  /** @param {boolean} on */
  #muteAtVcc(on) {
    const toggle = () => this.#toggle("isMute", on, "muteCall", ["csMuteCall", "csUnMuteCall"]);
    return this.queue.inTurn("mute", toggle);
  }

  /**
   * @param {"isHold" | "isMute"} state
   * @param {boolean} on
   * @param {string} name of the function, which throws where the script has lost its call
   * @param {string[]} answers
   */
  async #toggle(state, on, name, answers) {
    if (Boolean(vendor.voice[state]) === on) return;
    const toggle = () => {
      if (!vendor.attempt(name)) throw new CommandError("failed");
    };
    await this.queue.request(toggle, answers);
  }

  /**
   * Waits for the end of the previous call: its audio may outlive it for a moment, and the script
   * dials no other call until then.
   */
  async #lastCallGone() {
    const { calls } = this;
    const free = () => !vendor.voice.isCallout && !vendor.voice.hasCall && !calls.isHere;
    const gone = await until(free, calls.previous.mayGoOn ? 0 : LINGER_MS);
    if (!gone && !calls.previous.mayGoOn && !calls.live && vendor.voice.hasCall)
      vendor.attempt("endCall");
    // otherwise the script dials nothing, and does not answer
    Object.assign(vendor.voice, { isCallout: false, hasCall: false, isConnectToAgent: false });
  }
}

/** @param {VccCall} call @param {boolean} on */
function reportMute(call, on) {
  call.muted = on;
  call.report(on ? "muted" : "unmuted");
}

/**
 * The script does not mute other calls, a colleague's among them: it opens a dialog that stops the
 * page.
 * @param {VccCall} call
 */
const isInbound = (call) =>
  !call.outgoing && String(vendor.voice.callInfo?.callDirection ?? 1) === "1";
