// VCC (VNPT Vinaphone's cloud contact centre): its own scripts, started, driven and heard here. docs/providers/vcc.md says what they can do.

import { define } from "./vcc/callbacks.js";
import { Calls } from "./vcc/calls.js";
import { initFailure } from "./vcc/causes.js";
import { CALL_COMMANDS, CallCommands } from "./vcc/commands.js";
import { Devices } from "./vcc/device.js";
import { Presence } from "./vcc/presence.js";
import { Refusal } from "./vcc/refusal.js";
import { load, prepare } from "./vcc/scripts.js";
import { SipWatch } from "./vcc/sip-watch.js";
import { SignIn } from "./vcc/sign-in.js";
import { Sound } from "./vcc/sound.js";
import { vendor } from "./vcc/vendor.js";
import { Waiting } from "./vcc/waiting.js";

/** @typedef {import("../types/provider").Surroundings} Surroundings */
/** @typedef {import("../types/provider").Result} Result */
/** @typedef {import("../types/provider").Session} Session */
/** @typedef {import("../types/provider").ProviderPhone} ProviderPhone */
/** @typedef {import("../types/provider").StopReason} StopReason */

export { CAUSES } from "./vcc/causes.js";

const OWNER_MS = 5000;
const GLANCE_MS = 500;
const SIP_BACK_MS = 2000;
const GOODBYE_MS = 300; // what was said on the vendor's socket must leave before the frame does
const ENDING_MS = 1000;
const BACK_MS = 2000; // some versions come back without a word

/** @type {Record<string, (phone: VccPhone, args: any) => unknown>} */
const LINE_COMMANDS = {
  dial: (phone, { number }) => phone.dial(String(number)),
  register: (phone, { take }) => phone.register(take === true),
  unregister: (phone) => phone.unregister(),
  set_availability: (phone, { availability }) => phone.setAvailability(String(availability)),
  set_device: (phone, { device, number }) => phone.setDevice(String(device), String(number ?? "")),
  choose_hotline: ({ asked }, { hotline }) => asked.chooseHotline(String(hotline)),
};

/** @implements {ProviderPhone} */
class VccPhone {
  #waiting = new Waiting();
  #connected = false;
  #registered = false;
  /** Signed in at VCC from elsewhere, outside Console: the person decides, not we. */
  #elsewhere = false;
  #claiming = false;
  #stopped = false;
  #parked = false;
  #started = false;
  /** Since when the vendor's socket is away; 0: it is not. */
  #lostAt = 0;
  #sip = new SipWatch(() => this.frame.emit({ type: "registration_failed", provider_code: "sip", cause: "unreachable" }));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #glances;

  /** @param {Surroundings} frame @param {{prepare: typeof prepare, load: typeof load, reload: () => void}} [page] */
  constructor(frame, page = { prepare, load, reload: () => location.reload() }) {
    this.frame = frame;
    this.page = page;
    this.signIn = new SignIn(page, this.#waiting, (host) => frame.missing(host));
    this.sound = new Sound(frame);
    this.calls = new Calls(frame, this.sound);
    this.devices = new Devices(frame, this.#waiting);
    this.presence = new Presence(frame, this.#waiting);
    this.asked = new CallCommands({ frame, calls: this.calls, sound: this.sound, devices: this.devices, waiting: this.#waiting });
  }

  /** @param {Session} session */
  async start({ vcc, availability = "offline" }) {
    this.presence.wanted = availability;
    this.devices.begin(vcc.device, vcc.device_number);
    this.page.prepare(vcc.video);
    this.#define();
    void this.signIn.run(vcc, () => this.#define());
  }

  /** @param {StopReason} [reason] */
  async stop(reason) {
    const call = this.calls.live;
    this.#halt();
    if (call && this.devices.now === "browser") {
      call.leave(call.state === "ringing" ? "" : "hangup");
      vendor.attempt("endCall");
      for (let waited = 0; !call.over && waited < ENDING_MS; waited += 100) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (call) this.calls.close(call, () => call.end({ ended_by: "system" }));
    this.#goodbye(reason);
    await new Promise((resolve) => setTimeout(resolve, GOODBYE_MS));
  }

  leave() {
    this.#halt();
    if (this.calls.live && this.devices.now === "browser") vendor.attempt("endCall");
    this.#goodbye("left");
  }

  fenced() {
    const call = this.calls.live;
    if (!call || call.state !== "ringing" || this.devices.now !== "browser") return;
    if (call.offered) vendor.attempt("responseTransferAgent", 0);
    else vendor.attempt("endCall");
    this.calls.close(call, () => call.end({ ended_by: "system", sip_code: 480 }));
  }

  status() {
    const { live } = this.calls;
    const calls = live ? [live.id] : [];
    return { registered: this.#registered, calls, deaf: live?.deaf ? calls : [], elsewhere: this.#elsewhere };
  }

  /** @param {string} name @param {Record<string, any>} args @returns {Promise<Result>} */
  async command(name, args) {
    try {
      if (Object.hasOwn(CALL_COMMANDS, name)) await CALL_COMMANDS[name](this.asked, this.#call(args.call), args);
      else if (Object.hasOwn(LINE_COMMANDS, name)) await LINE_COMMANDS[name](this, args);
      else throw new Refusal("unsupported");
      return { ok: true };
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, code: error.message };
      throw error;
    }
  }

  /** @param {string} what @returns {Promise<Result>} */
  async read(what) {
    if (what === "hotlines" && vendor.voice.getCalloutServices) return { ok: true, items: this.asked.hotlines() };
    return { ok: false, code: "unsupported" };
  }

  /** @param {string} number */
  async dial(number) {
    this.#mustBeHere();
    if (!this.#registered) throw new Refusal("not_registered");
    await this.asked.dial(number);
  }

  /** @param {boolean} [take] the person's click on "Use it here": nothing else takes the voice back from elsewhere */
  async register(take = false) {
    this.signIn.hurry();
    if (!this.#connected || (this.#elsewhere && !take)) return;
    this.#parked = false;
    await this.#claim();
    if (this.devices.now === "browser" && !vendor.sipRegistered) setTimeout(() => !vendor.sipRegistered && !this.#parked && vendor.startSip(), SIP_BACK_MS);
  }

  /** During a talk here it waits for its end: the vendor's function stops the user agent, and every call in it. */
  unregister() {
    this.#parked = true;
    if (!this.calls.live || this.devices.now !== "browser") vendor.attempt("csUnregister");
    this.#glance();
  }

  /** @param {string} availability */
  async setAvailability(availability) {
    this.presence.wanted = availability;
    const back = this.#parked && availability !== "offline" && !this.frame.microphone.fenced;
    if (this.#connected && !this.#elsewhere) await (back ? this.register() : this.presence.set(availability));
  }

  /** @param {string} device @param {string} number */
  async setDevice(device, number) {
    this.#mustBeHere();
    if (this.calls.live) throw new Refusal("not_allowed_now");
    await this.devices.choose(device, number);
    this.#glance();
  }

  get #running() {
    return this.#started && !this.#stopped;
  }

  #define() {
    const handlers = { ...this.calls.handlers, ...this.#handlers };
    define(handlers, (name) => (this.calls.heard(name), this.#waiting.heard(name)),
      (callback, error) => {
        console.error("phone", callback, error);
        this.frame.emit({ type: "unknown", raw: { callback, error: String(error) } });
      },
    );
  }

  /** @type {Partial<Record<import("./vcc/callbacks.js").Callback, (...args: any[]) => void>>} */
  #handlers = {
    csInitComplete: () => void this.#ready(),
    csInitError: (code) => this.frame.emit({ type: "registration_failed", ...initFailure(code) }),
    csShowEnableVoice: (here) => this.#voice(Boolean(here)),
    csShowCallStatus: () => this.#running && this.presence.shown(),
    csShowDeviceType: () => void (this.#running && this.devices.shown()),
    csNotifyReconnecting: () => this.#running && this.#lost(),
    csOndisconnected: () => this.#running && this.#gone(),
  };

  /** Signed in, for the first time or after the vendor's socket was away. */
  async #ready() {
    if (this.#stopped) return;
    if (!this.#connected) this.frame.emit({ type: "connected" });
    this.#connected = true;
    this.#lostAt = 0;
    this.signIn.done = true;
    this.calls.watch();
    this.#glances ??= setInterval(() => this.#glance(), GLANCE_MS);
    if (this.#started) return void (this.#elsewhere || this.presence.back().catch(() => {}));
    this.#started = true;
    await this.#claim(); // our lease says that the phone is here, and VCC's rule follows it
  }

  async #claim() {
    if (!vendor.voice.enableVoice || this.#elsewhere) {
      this.#claiming = true;
      const answer = this.#waiting.next(["csShowEnableVoice"], OWNER_MS);
      vendor.attempt("csEnableCall");
      await answer;
      this.#claiming = false;
    }
    this.#own(Boolean(vendor.voice.enableVoice));
    this.#glance();
    if (!this.#elsewhere) await this.#settle();
  }

  /** @param {boolean} here */
  #voice(here) {
    if (!this.#running || this.#claiming) return;
    this.#own(here);
    this.#glance();
    if (here) void this.#settle();
  }

  /** The voice is here: so are the agent's device and availability. What VCC refuses of them is told as it is. */
  async #settle() {
    await this.devices.restore();
    this.#glance();
    await this.presence.set(this.presence.wanted).catch(() => {});
  }

  /** @param {boolean} here */
  #own(here) {
    if (this.#elsewhere === !here) return;
    this.#elsewhere = !here;
    this.frame.emit({ type: "ownership_changed", owner: here });
  }

  #lost() {
    if (this.#connected) this.frame.emit({ type: "disconnected" });
    this.#connected = false;
    this.#lostAt = performance.now();
    this.presence.lost();
    this.#glance();
  }

  /** The script has given up; only a page that is loaded anew brings it back. */
  #gone() {
    this.#lost();
    this.page.reload();
  }

  /** The script tells nobody whether calls reach this browser. */
  #glance() {
    if (this.#lostAt && performance.now() - this.#lostAt > BACK_MS && vendor.voice.isConnectToAgent) return void this.#ready();
    const owner = this.#connected && Boolean(vendor.voice.enableVoice) && !this.#parked;
    const registered = owner && (this.devices.now !== "browser" || vendor.sipRegistered);
    this.#sip.look(owner && !registered);
    if (registered === this.#registered) return;
    this.#registered = registered;
    this.frame.emit({ type: registered ? "registered" : "unregistered" });
  }

  #halt() {
    this.#stopped = true;
    clearInterval(this.#glances);
    this.calls.stop();
    this.signIn.stop();
  }

  /** As the vendor asks for; a newcomer's device is not to be undone by the one who went. @param {StopReason} [reason] */
  #goodbye(reason) {
    const owner = vendor.voice.enableVoice;
    if (vendor.has("csUnregister")) vendor.attempt("csUnregister");
    if (reason !== "hand_over" && owner && vendor.has("reConfigDeviceType")) vendor.attempt("reConfigDeviceType");
    this.#registered = this.#connected = false;
  }

  #mustBeHere() {
    if (!this.#connected) throw new Refusal("not_registered");
    if (this.#elsewhere) throw new Refusal("voice_elsewhere");
  }

  /** @param {string} id */
  #call(id) {
    const { live } = this.calls;
    if (!live || live.id !== id) throw new Refusal("no_call");
    return live;
  }
}

/** @param {Surroundings} frame @param {ConstructorParameters<typeof VccPhone>[1]} [page] */
export const createPhone = (frame, page) => new VccPhone(frame, page);
