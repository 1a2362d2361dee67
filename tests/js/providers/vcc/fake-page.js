// VCC's scripts in miniature, as globals. The test decides what their server answers, and how time
// passes.

import { mock } from "node:test";
import { inFrameOf } from "../../page-tables.js";
import { createPhone } from "../../../../static/js/providers/vcc/index.js";
import { CALLBACKS } from "../../../../static/js/providers/vcc/callbacks.js";
import { ScriptError } from "../../../../static/js/providers/kit/script-loader.js";

inFrameOf("vcc");
const page = globalThis;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The vendor's functions of every build. Their requests are noted, and answered by `server`. */
const FUNCTIONS = [
  "csInit",
  "csEnableCall",
  "changeCallStatus",
  "csCallout",
  "onAcceptCall",
  "endCall",
  "holdCall",
  "muteCall",
  "changeDevice",
  "reConfigDeviceType",
  "csUnregister",
];

/** A server that agrees to everything. */
const WILLING = {
  csInit: (vcc) => {
    page.csShowCallStatus(vcc.voice.callStatus);
    page.csShowEnableVoice(vcc.voice.enableVoice);
    page.csShowDeviceType(vcc.voice.deviceType);
    vcc.voice.isConnectToAgent = true;
    page.csInitComplete();
  },
  csEnableCall: (vcc) => vcc.owns(true),
  changeCallStatus: (vcc) => vcc.status(vcc.voice.callStatus === "Online" ? "Offline" : "Online"),
  csCallout: (vcc, number) => {
    if (!/^\d{8,13}$/.test(number)) return;
    Object.assign(vcc.voice, { hasCall: true, isCallout: true });
    page.showCalloutInfo(number);
  },
  onAcceptCall: (vcc) => vcc.accepted(),
  endCall: (vcc) => vcc.over(),
  holdCall: (vcc) => vcc.hold(!vcc.voice.isHold),
  muteCall: (vcc) => vcc.muted(!vcc.voice.isMute),
  changeDevice: (vcc, type) => vcc.device(type),
};

export class Vcc {
  /** The phone's events, and its requests to the vendor's scripts. */
  events = [];
  asked = [];
  missing = [];
  followed = new Map();
  ringbacks = [];
  reloads = 0;
  registered = true;
  voice = {
    callStatus: "Offline",
    enableVoice: true,
    hasCall: false,
    isHold: false,
    isMute: false,
    deviceType: 1,
    isCallout: false,
    isRinging: false,
    isAnswering: false,
    callInfo: null,
  };
  server = { ...WILLING };
  microphone = { state: "ok", fenced: false, check: async () => this.microphone.state };

  constructor({ functions = [], ...voice } = {}) {
    Object.assign(this.voice, voice);
    page.csVoice = this.voice;
    page.state = { session: null };
    page.ua = { isRegistered: () => this.registered, start: () => (this.registered = true) };
    for (const name of [...FUNCTIONS, ...functions]) {
      page[name] = (...args) => {
        this.asked.push([name, ...args]);
        return this.server[name]?.(this, ...args);
      };
    }
    this.phone = createPhone(this.frame, {
      prepare: () => {},
      load: (script) => this.load(script),
      reload: () => (this.reloads += 1),
    });
  }

  load = async () => {};

  get frame() {
    const muted = new Map();
    return {
      microphone: this.microphone,
      media: {
        follow: (call, connection) => this.followed.set(call, connection),
        forget: (call) => this.followed.delete(call),
        settles: async (call, on) => (
          muted.set(call, on),
          this.followed
            .get(call)
            ?.getSenders()
            .every(({ track }) => track.enabled === !on) ?? true
        ),
      },
      emit: (event) => this.events.push(event),
      changed: () => {},
      ringback: (...args) => this.ringbacks.push(args),
      missing: (host) => this.missing.push(host),
    };
  }

  /** Starts the phone and waits until it has signed in. */
  async start(session = {}) {
    const { device = "browser", device_number = "", ...rest } = session;
    await this.phone.start({
      vcc: { token: "t", domain: "demo", scripts: ["a"], device, device_number },
      availability: "available",
      ...rest,
    });
    await pass(4000);
    this.events.length = this.asked.length = 0;
    return this;
  }

  reported(...types) {
    return this.events.filter(({ type }) => types.includes(type));
  }

  /** The types of the events about calls. */
  get calls() {
    return this.events.filter(({ call }) => call).map(({ type }) => type);
  }

  get live() {
    return this.phone.status().calls[0];
  }

  /**
   * Gives the phone a command, and lets time pass until it answers.
   * @param {string} name
   * @param {object} [args]
   */
  async command(name, args = {}, ms = 0) {
    const answer = this.phone.command(name, { call: this.live, ...args });
    let result;
    void answer.then((value) => (result = value));
    for (let passed = 0; !result && passed <= Math.max(ms, 12_000); passed += 100) await pass(100);
    return result?.ok ? "ok" : result?.code;
  }

  // The vendor's server.

  owns(here) {
    this.voice.enableVoice = here;
    page.csShowEnableVoice(here);
  }

  status(value) {
    this.voice.callStatus = value;
    page.csShowCallStatus(value);
  }

  device(type) {
    this.voice.deviceType = type;
    page.csShowDeviceType(type);
  }

  rings(number = "0912345678", id = "vcc-1") {
    Object.assign(this.voice, {
      hasCall: true,
      isRinging: true,
      callInfo: { callId: "", caller: number, callDirection: 1 },
    });
    page.csCallRinging(number);
    if (id) page.csCurrentCallId(id);
  }

  accepted() {
    Object.assign(this.voice, { isRinging: false, isAnswering: true });
    this.sound();
    page.csAcceptCall();
  }

  sound() {
    const track = { kind: "audio", enabled: true };
    const connection = Object.assign(new EventTarget(), {
      getSenders: () => [{ track }],
      getReceivers: () => [{ track: { kind: "audio", enabled: true } }],
    });
    page.state.session = {
      connection,
      mute: () => (track.enabled = false),
      unmute: () => (track.enabled = true),
    };
    return track;
  }

  /** The agent's own leg of an outgoing call is up: the script takes it for an answer. */
  agentLeg() {
    this.sound();
    Object.assign(this.voice, { isRinging: false, isAnswering: true, isConnectToAgent: false });
    page.csCallRingingAgent();
  }

  customerAnswers() {
    this.voice.isAnswering = true;
    if (!page.state.session) this.sound();
    page.csCustomerAccept();
  }

  fails(code, sip) {
    this.reset();
    page.showCalloutError(code, sip);
  }

  hold(on) {
    this.voice.isHold = on;
    if (on) page.csHoldCall();
    else page.csUnHoldCall();
  }

  muted(on) {
    this.voice.isMute = on;
    if (on) page.csMuteCall();
    else page.csUnMuteCall();
  }

  reset() {
    Object.assign(this.voice, {
      hasCall: false,
      isRinging: false,
      isAnswering: false,
      isHold: false,
      isMute: false,
      isCallout: false,
      callInfo: null,
    });
    page.state.session = null;
  }

  over() {
    this.reset();
    page.csEndCall();
  }
}

let monotonic = 0;

/** Lets time pass step by step. @param {number} ms */
export async function pass(ms) {
  for (let left = ms; left >= 0; left -= 50) {
    await turn();
    monotonic += Math.min(50, left);
    mock.timers.tick(Math.min(50, left));
    await turn();
    if (!left) break;
  }
}

/** Gives each test its own time and its own page. */
export function inItsOwnTime(test) {
  return async () => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_790_000_000_000 });
    const clock = mock.method(performance, "now", () => monotonic);
    try {
      await test();
    } finally {
      clock.mock.restore();
      mock.timers.reset();
      for (const name of [
        ...CALLBACKS,
        ...FUNCTIONS,
        "csVoice",
        "state",
        "ua",
        "sendDTMF",
        "csTransferCallAgent",
        "getTransferAgent",
        "responseTransferAgent",
        "makeStatusOnline",
        "makeStatusOffline",
      ])
        delete page[name];
    }
  };
}

export { ScriptError };
