// VCC (VNPT Vinaphone's cloud contact centre): its own scripts, started, driven and heard here.
// docs/providers/vcc.md says what they can do.

import { define } from "./vcc/callbacks.js";
import { Calls } from "./vcc/calls.js";
import { initFailure } from "./vcc/causes.js";
import { Colleagues } from "./vcc/colleagues.js";
import { CALL_COMMANDS, CallCommands } from "./vcc/commands.js";
import { Devices } from "./vcc/device.js";
import { Link } from "./vcc/link.js";
import { Presence } from "./vcc/presence.js";
import { Refusal } from "./vcc/refusal.js";
import { load, prepare } from "./vcc/scripts.js";
import { SipWatch } from "./vcc/sip-watch.js";
import { SignIn } from "./vcc/sign-in.js";
import { Sound } from "./vcc/sound.js";
import { vendor } from "./vcc/vendor.js";
import { Voice } from "./vcc/voice.js";
import { Waiting } from "./vcc/waiting.js";

/** @typedef {import("../types/provider").Surroundings} Surroundings */
/** @typedef {import("../types/provider").Result} Result */
/** @typedef {import("../types/provider").Session} Session */
/** @typedef {import("../types/provider").ProviderPhone} ProviderPhone */
/** @typedef {import("../types/provider").StopReason} StopReason */

const GLANCE_MS = 500;
const SIP_BACK_MS = 2000;
const GOODBYE_MS = 300; // what was said on the vendor's socket must leave before the frame does
const ENDING_MS = 1000;

/** @type {Record<string, (phone: VccPhone, args: any) => unknown>} */
const LINE_COMMANDS = {
  dial: (phone, { number }) => phone.dial(String(number)),
  register: (phone, { take }) => phone.register(take === true),
  unregister: (phone) => phone.unregister(),
  set_availability: (phone, { availability }) => phone.setAvailability(String(availability)),
  set_device: (phone, { device, number }) => phone.setDevice(String(device), String(number ?? "")),
  choose_hotline: ({ asked }, { hotline }) => asked.hotlines.choose(String(hotline)),
};

/** @implements {ProviderPhone} */
class VccPhone {
  #waiting = new Waiting();
  #registered = false;
  #stopped = false;
  #parked = false;
  #started = false;
  #sip = new SipWatch(() =>
    this.frame.emit({ type: "registration_failed", provider_code: "sip", cause: "unreachable" }),
  );
  #glances = /** @type {ReturnType<typeof setInterval> | undefined} */ (undefined);

  /**
   * @param {Surroundings} frame
   * @param {{prepare: typeof prepare, load: typeof load, reload: () => void}} [page]
   */
  constructor(frame, page = { prepare, load, reload: () => location.reload() }) {
    this.frame = frame;
    this.page = page;
    this.signIn = new SignIn(page, this.#waiting, (host) => frame.missing(host));
    this.sound = new Sound(frame);
    this.link = new Link(frame);
    this.devices = new Devices(frame, this.#waiting);
    this.calls = new Calls(frame, this.sound, this.link, this.devices);
    this.presence = new Presence(frame, this.#waiting);
    this.voice = new Voice(frame, this.#waiting);
    this.colleagues = new Colleagues(this.#waiting);
    const { calls, colleagues, devices, sound } = this;
    this.asked = new CallCommands({
      frame,
      calls,
      colleagues,
      devices,
      sound,
      waiting: this.#waiting,
    });
  }

  /** @param {Session} session */
  async start({ vcc, availability = "offline", elsewhere = false, hotline = "" }) {
    this.asked.hotlines.begin(hotline);
    this.voice.begin(elsewhere);
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
      for (let waited = 0; !call.over && waited < ENDING_MS; waited += 100)
        await new Promise((resolve) => setTimeout(resolve, 100));
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
    this.asked.turnAway();
  }

  status() {
    const { live } = this.calls;
    const calls = live ? [live.id] : [];
    return {
      registered: this.#registered,
      calls,
      deaf: live?.deaf ? calls : [],
      elsewhere: this.voice.elsewhere,
    };
  }

  /** @param {string} name @param {Record<string, any>} args @returns {Promise<Result>} */
  async command(name, args) {
    try {
      if (Object.hasOwn(CALL_COMMANDS, name))
        await CALL_COMMANDS[name](this.asked, this.#call(args.call), args);
      else if (Object.hasOwn(LINE_COMMANDS, name)) await LINE_COMMANDS[name](this, args);
      else throw new Refusal("unsupported");
      return { ok: true };
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, code: error.message };
      throw error;
    }
  }

  /** @param {string} what */
  read = (what) => this.asked.read(what);

  /** @param {string} number */
  async dial(number) {
    this.#mustBeHere();
    if (!this.#registered) throw new Refusal("not_registered");
    await this.asked.dial(number);
  }

  /**
   * @param {boolean} [take] the person's click on "Use it here": nothing else takes the voice back
   *   from elsewhere
   */
  async register(take = false) {
    this.signIn.hurry();
    if (take) this.voice.wish();
    if (!this.link.up || (this.voice.elsewhere && !take)) return;
    this.#parked = false;
    if (!(await this.#claim())) return;
    setTimeout(
      () =>
        !this.#stopped &&
        !this.#parked &&
        this.devices.now === "browser" &&
        !vendor.sipRegistered &&
        vendor.startSip(),
      SIP_BACK_MS,
    );
  }

  /**
   * During a talk here it waits for its end: the vendor's function stops the user agent, and every
   * call in it.
   */
  unregister() {
    this.#parked = true;
    this.#glance();
  }

  /** @param {string} availability */
  async setAvailability(availability) {
    this.presence.wanted = availability;
    const back = this.#parked && availability !== "offline" && !this.frame.microphone.fenced;
    if (this.link.up && !this.voice.elsewhere)
      await (back ? this.register() : this.presence.set(availability));
  }

  /** @param {string} device @param {string} number */
  async setDevice(device, number) {
    this.#mustBeHere();
    if (this.calls.live) throw new Refusal("not_allowed_now");
    await this.devices.choose(device, number);
    this.#glance();
  }

  /** The browser has the sound of a call that was answered or dialled. */
  get #talking() {
    const { live, isHere } = this.calls;
    return !this.#stopped && live !== null && live.state !== "ringing" && isHere;
  }

  get #running() {
    return this.#started && !this.#stopped;
  }

  #define() {
    const handlers = { ...this.calls.handlers, ...this.asked.handlers, ...this.#handlers };
    define(
      handlers,
      (name) => (this.calls.heard(name), this.#waiting.heard(name)),
      (callback, error) => {
        console.error("phone", callback, error);
        this.frame.emit({ type: "unknown", raw: { callback, error: String(error) } });
      },
    );
  }

  /** @type {Partial<Record<import("./vcc/callbacks.js").Callback, (...args: any[]) => void>>} */
  #handlers = {
    csInitComplete: () => void this.#ready(),
    csInitError: (code) => this.#refused(code),
    csShowEnableVoice: (here) => this.#hears(Boolean(here)),
    csShowCallStatus: (status) => this.presence.shown(status, this.#running),
    csShowDeviceType: (type) => this.devices.shown(type, this.#running && !this.voice.elsewhere),
    csListTransferAgent: (list) => this.colleagues.heard(list),
    csNotifyReconnecting: () => this.#running && this.#lost(),
    csOndisconnected: () => this.#lost(true),
  };

  /** Signed in, for the first time or after the vendor's socket was away. */
  async #ready() {
    if (this.#stopped) return;
    this.link.ready();
    this.signIn.done = true;
    this.calls.watch();
    this.#glances ??= setInterval(() => this.#glance(), GLANCE_MS);
    const first = !this.#started;
    this.#started = true;
    if (first || this.voice.wished)
      await this.#claim(); // our lease says that the phone is here, and VCC's rule follows it
    else if (!this.voice.elsewhere) await this.presence.back().catch(() => {});
  }

  async #claim() {
    const answered = await this.voice.claim();
    if (!answered && this.link.up)
      this.#lost(true); // the answer got lost, or the build left the agent server with the voice
    else this.#glance();
    if (answered && !this.voice.elsewhere) await this.#settle();
    return answered;
  }

  /** @param {boolean} here */
  #hears(here) {
    if (!this.#running || !this.voice.told(here, this.link.up)) return;
    this.#glance();
    if (here) void this.#settle();
  }

  /**
   * The voice is here: so are the agent's device and availability. A refusal of VCC is told as it
   * is.
   */
  async #settle() {
    vendor.keepOn();
    await this.devices.restore();
    this.#glance();
    await this.presence.set(this.presence.wanted).catch(() => {});
  }

  /** @param {boolean} [worn] it does not come back by itself */
  #lost(worn = false) {
    this.link.lost(worn);
    this.presence.lost();
    this.devices.lost();
    this.#glance();
  }

  /**
   * At the start it is tried again; later the script stays away, because its token is good no more.
   * @param {unknown} code
   */
  #refused(code) {
    this.signIn.refused(code);
    this.frame.emit({ type: "registration_failed", ...initFailure(code) });
    if (this.#running) this.#lost(true);
  }

  /**
   * Without a call, which it would end. The page waits longer from frame to frame that do not last.
   */
  #startAnew() {
    this.voice.leave();
    this.frame.changed();
    this.#halt();
    this.page.reload();
  }

  /** The script tells nobody whether calls reach this browser. */
  #glance() {
    if (this.#stopped) return;
    vendor.keepTalks(() => this.#talking);
    if (this.link.worn && !this.calls.live) return this.#startAnew();
    if (this.#parked && !this.calls.live && vendor.sipRegistered) vendor.attempt("csUnregister");
    const owner = this.link.up && this.voice.here && !this.#parked;
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

  /**
   * As the vendor asks for; but a newcomer's device is not undone, nor a mobile phone, to which
   * calls go without a page.
   * @param {StopReason} [reason]
   */
  #goodbye(reason) {
    const owner = this.voice.here;
    const stays = reason === "hand_over" || (reason === "left" && this.devices.now === "gsm");
    if (vendor.has("csUnregister")) vendor.attempt("csUnregister");
    if (!stays && owner && vendor.has("reConfigDeviceType")) vendor.attempt("reConfigDeviceType");
    this.#registered = this.link.up = false;
  }

  #mustBeHere() {
    if (!this.link.up) throw new Refusal("not_registered");
    if (this.voice.elsewhere) throw new Refusal("voice_elsewhere");
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
