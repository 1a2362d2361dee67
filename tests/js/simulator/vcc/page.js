// The fake VCC scripts in a page without a browser: the test plays the agent server and the
// exchange's side of the media leg.

import { readFileSync } from "node:fs";
import vm from "node:vm";
import { FakeAudioContext, FakeConnection, FakeSocket, FakeStream } from "./browser.js";

const FOLDER = new URL("../../../../console/simulator/clouds/vcc/scripts/", import.meta.url);
const SCRIPTS = `jquery.min jssip jssip_session jssip_customer init web_push cs_const cs_voice
  cs_voice_messages cs_voice_extras`
  .split(/\s+/)
  .map((name) => {
    const filename = `fake_${name}.js`;
    return new vm.Script(readFileSync(new URL(filename, FOLDER), "utf8"), { filename });
  });
const BASE = "http://localhost:5001/vcc";
export const CALLBACKS = `csCallRinging csAcceptCall csEndCall csMuteCall csUnMuteCall csHoldCall
  csUnHoldCall showCalloutInfo showCalloutError csShowEnableVoice csShowCallStatus csCustomerAccept
  csShowDeviceType csCurrentCallId csInitComplete csInitError csCallRingingAgent
  csListTransferAgent csTransferCallError csTransferCallSuccess csNewCallTransferRequest
  csTransferCallResponse csTransferSurveyResponse csNotifyReconnecting
  csOndisconnected`.split(/\s+/);

/** Timers of the page do not keep the tests running. */
const unref = (timer) => (timer.unref?.(), timer);

export const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

export class VccPage {
  /** Every callback that came, as [name, ...arguments]. */
  heard = [];
  logged = [];
  alerts = [];
  asked = [];
  videos = { "my-video": {}, "peer-video": {} };
  microphone = async () => new FakeStream();

  /** @param {{switches?: object, without?: string[], partner?: object, debug?: string}} options */
  constructor({ switches = {}, without = [], partner = {}, debug } = {}) {
    this.partner = { code: 200, user: USER, account: ACCOUNT, ...partner };
    this.localStorage = debug ? { csDebug: debug } : {};
    FakeSocket.all = this.sockets = [];
    this.window = vm.createContext(this.#surroundings());
    this.window.csSwitches = switches;
    for (const name of CALLBACKS)
      if (!without.includes(name))
        this.window[name] = (...args) => void this.heard.push([name, ...structuredClone(args)]);
    for (const script of SCRIPTS) script.runInContext(this.window);
  }

  #surroundings() {
    const listeners = new EventTarget();
    const surroundings = {
      document: {
        currentScript: { src: `${BASE}/js/embed/cs_const.js` },
        getElementById: (id) => this.videos[id] ?? null,
      },
      console: { log: (...words) => this.#log(words), error: (...words) => this.#log(words) },
      navigator: {
        mediaDevices: {
          getUserMedia: (constraints) => {
            this.asked.push(structuredClone(constraints));
            return this.microphone();
          },
        },
      },
      fetch: (url) => this.#fetch(url),
      alert: (text) => void this.alerts.push(text),
      addEventListener: (...args) => listeners.addEventListener(...args),
      dispatch: (name) => listeners.dispatchEvent(new Event(name)),
      localStorage: this.localStorage,
      WebSocket: FakeSocket,
      RTCPeerConnection: FakeConnection,
      AudioContext: FakeAudioContext,
      MediaStream: FakeStream,
      Audio: class {
        async play() {}
      },
      URLSearchParams,
      AbortController,
      DOMException,
      setTimeout: (...args) => unref(setTimeout(...args)),
      setInterval: (...args) => unref(setInterval(...args)),
      clearTimeout,
      clearInterval,
    };
    surroundings.window = surroundings;
    return surroundings;
  }

  #log(words) {
    this.logged.push(
      words
        .map((word) =>
          word instanceof Object && !("stack" in word) ? JSON.stringify(word) : String(word),
        )
        .join(" "),
    );
  }

  async #fetch(url) {
    this.asked.push(String(url));
    if (this.partner === null) throw new TypeError("Failed to fetch");
    return { ok: true, text: async () => JSON.stringify(this.partner) };
  }

  /** The agent server's answer to a change of the device. */
  device(before, after, result = 1) {
    this.tells("CS_DEVICE", { result, oldDeviceType: before, newDeviceType: after });
  }

  /** A global of the page's scripts. */
  get(expression) {
    return vm.runInContext(expression, this.window);
  }

  /** Calls a function of the SDK. */
  do(name, ...args) {
    this.heard.length = 0;
    return this.window[name](...args);
  }

  get voice() {
    return this.window.csVoice;
  }

  get server() {
    return this.sockets.findLast(({ url }) => url.endsWith("/agent/websocket"));
  }

  get sip() {
    return this.sockets.findLast(({ url }) => url.endsWith("/sip"));
  }

  get names() {
    return this.heard.map(([name]) => name);
  }

  /** The last request of the SDK to the agent server. */
  get request() {
    return this.server.sent.at(-1);
  }

  /** The agent server sends one message: tells("CS_RING", {…}). */
  tells(name, fields) {
    this.server.says({ objectId: this.get(name), ...fields });
  }

  #n = 0;

  /** The exchange sends one message on the media leg. */
  leg(method, fields = {}) {
    this.sip.says({ n: (this.#n += 1), method, ...fields });
  }

  async login(state = {}) {
    this.window.csInit("the.token", "demo");
    await settled();
    this.server?.opens();
    this.tells("CS_LOGIN", {
      code: 200,
      callStatus: "Online",
      enableVoice: true,
      deviceType: 1,
      ...state,
    });
    await settled();
    this.#register();
    return this;
  }

  #register() {
    if (this.sip?.readyState !== 0) return;
    this.#n = 0;
    this.sip.opens();
    this.leg("REGISTERED");
  }

  /** A leg comes, and the agent server reports it. */
  rings({ call = "c1", caller = "0912345678", callDirection = 1 } = {}) {
    if (this.voice.deviceType === 1) this.leg("INVITE", { call, user: caller });
    const fields = {
      callId: call,
      caller,
      callerName: "",
      agentId: 5001,
      line: "19001234",
      queueDescription: "Sales",
      callDirection,
    };
    this.tells("CS_RING", fields);
  }

  async answered() {
    this.window.onAcceptCall();
    await settled();
  }

  /** A call to a customer whose agent leg is up. */
  async dialled(number = "0912345678", call = "c1") {
    this.window.csCallout(number);
    this.leg("INVITE", { call, user: number, quiet: true });
    await settled();
    this.callout("STARTING", { number, call });
  }

  callout(status, { number = "0912345678", call = "c1", ...more } = {}) {
    this.tells("CS_CALLOUT", { status, callId: call, number, line: "19001234", ...more });
  }
}

const USER = {
  username: "Alice",
  agent_id: 5001,
  phone_no: "5001",
  role: 2,
  callout_services: [{ callout_id: 1, descriptions: "19001234", is_default: true }],
};
const ACCOUNT = {
  sip_server_url: "sip.vcc.test",
  sip_socket: "ws://localhost:5001/vcc/sip",
  agent_server_url: "localhost:5001/vcc/agent",
};
