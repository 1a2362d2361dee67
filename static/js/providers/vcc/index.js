// The phone for VCC (VNPT Vinaphone's cloud contact centre), on the vendor's own scripts.
// docs/providers/vcc.md describes their abilities.

import { CallbackQueue } from "../kit/callback-queue.js";
import { CommandError, runCommand } from "../kit/run-command.js";
import { loadScript } from "../kit/script-loader.js";
import { vendorCallbacks } from "../kit/vendor-callbacks.js";
import { VendorSocket } from "../kit/vendor-socket.js";
import { sleep, until } from "../kit/wait.js";
import { Availability } from "./availability.js";
import { CALLBACKS } from "./callbacks.js";
import { Calls } from "./calls.js";
import { initFailure } from "./causes.js";
import { Colleagues } from "./colleagues.js";
import { CallCommands, COMMANDS } from "./commands.js";
import { Devices } from "./devices.js";
import { Hotlines } from "./hotlines.js";
import { prepare } from "./prepare.js";
import { Registration } from "./registration.js";
import { SignIn } from "./sign-in.js";
import { vendor } from "./vendor.js";
import { VoiceOwnership } from "./voice-ownership.js";

/** @import { PhoneFrame, PhoneSession, ProviderPhone, StopReason } from "../../types/provider" */
/** @typedef {VccPhone} Phone */
/** @typedef {{prepare: typeof prepare, load: typeof loadScript, reload: () => void}} Page */

const LOOK_MS = 500;
const SIP_BACK_MS = 2000;
const SIGN_OUT_MS = 300; // the last requests must leave the vendor's socket before the frame goes
const ENDING_MS = 1000;

/** @implements {ProviderPhone} */
class VccPhone {
  queue = new CallbackQueue();
  #stopped = false;
  #started = false;
  #looks = 0;

  /** @param {PhoneFrame} frame @param {Page} [page] */
  constructor(frame, page = { prepare, load: loadScript, reload: () => location.reload() }) {
    this.frame = frame;
    this.page = page;
    this.signIn = new SignIn(page, this.queue, (host) => frame.missing(host));
    this.socket = new VendorSocket(frame);
    this.devices = new Devices(frame, this.queue);
    this.registration = new Registration(frame, this.devices);
    this.calls = new Calls(frame, this.socket, this.devices);
    this.availability = new Availability(frame, this.queue);
    this.voice = new VoiceOwnership(frame, this.queue, this.socket);
    this.colleagues = new Colleagues(this.queue);
    this.hotlines = new Hotlines(frame);
    this.onCall = new CallCommands(this);
  }

  /** @param {PhoneSession} session */
  async start({ vcc, availability = "offline", elsewhere = false, hotline = "" }) {
    this.hotlines.begin(hotline);
    this.voice.begin(elsewhere);
    this.availability.wanted = availability;
    this.devices.begin(vcc.device, vcc.device_number);
    this.page.prepare(vcc.video);
    this.#defineCallbacks();
    void this.signIn.run(vcc, () => this.#defineCallbacks());
  }

  /** @param {StopReason} [reason] */
  async stop(reason) {
    const call = this.calls.live;
    this.#halt();
    if (call && this.devices.inBrowser) {
      if (call.state === "ringing") call.stay();
      else call.leave();
      vendor.attempt("endCall");
      await until(() => call.over, ENDING_MS);
    }
    if (call) this.calls.close(call, () => call.end({ ended_by: "system" }));
    this.#signOut(reason);
    await sleep(SIGN_OUT_MS);
  }

  leave() {
    this.#halt();
    if (this.calls.live && this.devices.inBrowser) vendor.attempt("endCall");
    this.#signOut("left");
  }

  fenced() {
    this.onCall.refuseRinging();
  }

  status() {
    const { live } = this.calls;
    const calls = live ? [live.id] : [];
    return {
      registered: this.registration.registered,
      calls,
      audioMuted: live?.audio.muted ? calls : [],
      elsewhere: this.voice.elsewhere,
    };
  }

  /** @param {string} name @param {Record<string, any>} args */
  command(name, args) {
    return runCommand(COMMANDS, this, name, args);
  }

  /** @param {string} id */
  findCall(id) {
    const { live } = this.calls;
    return live?.id === id ? live : undefined;
  }

  /** @param {string} what @returns {Promise<import("../../types/provider").Result>} */
  async read(what) {
    if (what === "hotlines") return this.hotlines.read();
    if (what === "agents") return this.colleagues.read();
    return { ok: false, code: "unsupported" };
  }

  /** @param {boolean} [take] a click on "Use it here": the only way back from elsewhere */
  async register(take = false) {
    this.signIn.hurry();
    if (take) this.voice.wish();
    if (!this.socket.up || (this.voice.elsewhere && !take)) return;
    this.registration.parked = false;
    if (!(await this.#claim())) return;
    setTimeout(() => this.#stopped || this.registration.startSip(), SIP_BACK_MS);
  }

  /**
   * During a conversation here it waits for the end: the vendor's function stops the user agent,
   * and every call in it.
   */
  unregister() {
    this.registration.parked = true;
    this.#look();
  }

  /** @param {string} availability */
  async setAvailability(availability) {
    this.availability.wanted = availability;
    const back =
      this.registration.parked && availability !== "offline" && !this.frame.microphone.fenced;
    if (this.socket.up && !this.voice.elsewhere)
      await (back ? this.register() : this.availability.set(availability));
  }

  /** @param {string} device @param {string} number */
  async setDevice(device, number) {
    this.voice.mustBeHere();
    if (this.calls.live) throw new CommandError("not_allowed_now");
    await this.devices.choose(device, number);
    this.#look();
  }

  /** The browser has the audio of a call that was answered or dialled. */
  get #isTalking() {
    const { live, isHere } = this.calls;
    return !this.#stopped && live !== null && live.state !== "ringing" && isHere;
  }

  get #isRunning() {
    return this.#started && !this.#stopped;
  }

  #defineCallbacks() {
    const handlers = { ...this.calls.handlers, ...this.onCall.handlers, ...this.#handlers };
    const received = (/** @type {string} */ name) => {
      this.calls.missed.received(name);
      this.queue.received(name);
    };
    Object.assign(globalThis, vendorCallbacks(this.frame, CALLBACKS, handlers, received));
  }

  /** @type {import("./callbacks.js").Handlers} */
  #handlers = {
    csInitComplete: () => void this.#ready(),
    csInitError: (code) => this.#refused(code),
    csShowEnableVoice: (here) => this.#voiceMoved(Boolean(here)),
    csShowCallStatus: (status) => this.availability.shown(status, this.#isRunning),
    csShowDeviceType: (type) => this.devices.shown(type, this.#isRunning && !this.voice.elsewhere),
    csListTransferAgent: (list) => this.colleagues.listed(list),
    csNotifyReconnecting: () => this.#isRunning && this.#lost(),
    csOndisconnected: () => this.#lost(true),
  };

  /** Signed in, for the first time or after the socket was lost. */
  async #ready() {
    if (this.#stopped) return;
    this.socket.ready();
    this.signIn.done = true;
    this.calls.watch.start();
    this.#looks ||= setInterval(() => this.#look(), LOOK_MS);
    const first = !this.#started;
    this.#started = true;
    if (first || this.voice.wished)
      await this.#claim(); // VCC's voice follows our lease
    else if (!this.voice.elsewhere) await this.availability.back().catch(() => {});
  }

  async #claim() {
    const answered = await this.voice.claim();
    if (!answered && this.socket.up)
      this.#lost(true); // the answer got lost, or the build left the agent server with the voice
    else this.#look();
    if (answered && !this.voice.elsewhere) await this.#settle();
    return answered;
  }

  /** @param {boolean} here */
  #voiceMoved(here) {
    if (!this.#isRunning || !this.voice.shown(here)) return;
    this.#look();
    if (here) void this.#settle();
  }

  /** The voice is here: so are the agent's device and availability. */
  async #settle() {
    vendor.cancelStop();
    await this.devices.restore();
    this.#look();
    // a refusal of VCC's is reported
    await this.availability.set(this.availability.wanted).catch(() => {});
  }

  /** @param {boolean} [final] the socket does not come back by itself */
  #lost(final = false) {
    this.socket.lost(final);
    this.availability.lost();
    this.devices.lost();
    this.#look();
  }

  /**
   * At the start it is tried again; later the script stays away, because its token has expired.
   * @param {unknown} code
   */
  #refused(code) {
    this.signIn.refused(code);
    this.frame.emit({ type: "registration_failed", ...initFailure(code) });
    if (this.#isRunning) this.#lost(true);
  }

  /** Takes a new frame, which would end a call. The page limits how often frames are replaced. */
  #reload() {
    this.voice.restart();
    this.frame.changed();
    this.#halt();
    this.page.reload();
  }

  #look() {
    if (this.#stopped) return;
    vendor.deferStop(() => this.#isTalking);
    if (this.socket.givenUp && !this.calls.live) return this.#reload();
    this.registration.update(this.socket.up && this.voice.here, this.calls.live !== null);
  }

  #halt() {
    this.#stopped = true;
    clearInterval(this.#looks);
    this.calls.watch.stop();
    this.signIn.stop();
  }

  /**
   * As the vendor asks for. But a successor's device is not undone, nor a mobile phone, which takes
   * calls without a page.
   * @param {StopReason} [reason]
   */
  #signOut(reason) {
    const owner = this.voice.here;
    const stays = reason === "hand_over" || (reason === "left" && this.devices.now === "gsm");
    if (vendor.has("csUnregister")) vendor.stopSip();
    if (!stays && owner && vendor.has("reConfigDeviceType")) vendor.attempt("reConfigDeviceType");
    this.registration.registered = this.socket.up = false;
  }
}

/** @param {PhoneFrame} frame @param {Page} [page] */
export const createPhone = (frame, page) => new VccPhone(frame, page);
