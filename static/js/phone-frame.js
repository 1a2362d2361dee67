// The first script of every phone frame: takes the one port that Console offers, wraps the
// microphone, and only then loads the provider's module. None of its state is global, and its data,
// credentials among it, leaves through the port alone.

import { FrameAudio } from "./frame/frame-audio.js";
import { FrameFence } from "./frame/frame-fence.js";
import { FENCED_COMMANDS } from "./page/page-data.js";

/** @typedef {import("./types/provider").FrameEvent} FrameEvent */
/** @typedef {import("./types/provider").ProviderPhone} ProviderPhone */
/** @typedef {import("./types/provider").PhoneSession} PhoneSession */
/** @typedef {import("./types/provider").Result} Result */

const PROVIDER_NAME = /^[a-z][a-z0-9]{1,30}$/;
const WAKE_MS = 1000;
const OPENED = /^(connect|script|media)-src/;
/** @type {Result} */
const NOT_STARTED = { ok: false, code: "not_registered" };

class PhoneFrame {
  /** @type {ProviderPhone | null} */
  #phone = null;
  /**
   * A command that comes while the provider's module still loads waits for it.
   * @type {Promise<void>}
   */
  #started = Promise.resolve();
  #connection = "";
  #mayRing = false;
  #lastStatus = "";
  #missing = "";
  /** Why it is not registered. @type {object | undefined} */
  #failure;
  #fence = new FrameFence(() => this.#phone);

  /** @param {MessagePort} port */
  constructor(port) {
    this.port = port;
    this.audio = new FrameAudio({
      report: (event) => this.#report(event),
      post: (message) => this.#post(message),
      changed: () => this.changed(),
      calls: () => this.#phone?.status().calls ?? [],
      command: (name, call) =>
        void this.#command(name, { call }).catch((error) => console.error("phone", error)),
    });
    this.microphone.closed = () => this.#fence.closed;
    port.onmessage = ({ data }) => this.#receive(data);
    addEventListener("pagehide", () => this.#phone?.leave());
    document.addEventListener("securitypolicyviolation", (event) => this.#blocked(event));
    const wake = setInterval(
      () => (this.audio.ringtone.audible ? clearInterval(wake) : this.audio.ringtone.wake()),
      WAKE_MS,
    );
    this.#post({ type: "ready" });
  }

  get microphone() {
    return this.audio.microphone;
  }

  get media() {
    return this.audio.media;
  }

  /** @param {FrameEvent} event */
  emit(event) {
    const closed = event.type === "ringing" && this.#fence.closed;
    this.audio.onProviderEvent(event, this.#mayRing && !closed);
    this.#noteRegistration(event);
    this.#report(event);
    if (closed) queueMicrotask(() => this.#phone?.fenced());
  }

  /** @param {string} call @param {boolean} on */
  ringback(call, on) {
    this.audio.ringback(call, on);
  }

  /** @param {string} host */
  missing(host) {
    this.#missing = host;
    this.changed();
  }

  changed() {
    const {
      registered,
      calls,
      audioMuted = [],
      elsewhere = false,
    } = this.#phone?.status() ?? { registered: false, calls: [] };
    const { microphone, ringtone } = this.audio;
    const shared = {
      microphone: microphone.state,
      audible: ringtone.audible,
      missing: this.#missing,
    };
    const failure = registered ? undefined : this.#failure;
    const status = { type: "status", ...shared, registered, calls, audioMuted, elsewhere, failure };
    this.#fence.look();
    const text = JSON.stringify(status);
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.#post(status);
  }

  /** @param {FrameEvent} event */
  #report(event) {
    this.#post({
      type: "event",
      event: { ...event, connection: this.#connection, at: Date.now() },
    });
    this.changed();
  }

  /** @type {Record<string, (message: any) => unknown>} */
  #handlers = {
    start: (message) => (this.audio.choose(message.audio), (this.#started = this.#start(message))),
    alive: ({ silent }) => (
      this.#fence.watchdog.heard(Number(silent) || 0),
      this.#post({ type: "alive" })
    ),
    command: ({ id, name, args }) => this.#answer(id, this.#command(name, args ?? {})),
    read: ({ id, what }) => this.#answer(id, this.#read(what)),
    devices: (choice) => this.audio.choose(choice),
    levels: ({ on }) => this.audio.levels.show(on === true),
    fence: ({ closed }) => this.#fence.set(closed === true),
    stop: ({ reason }) => this.#stop(reason),
  };

  /** @param {{type: string}} message */
  #receive(message) {
    this.audio.ringtone.wake();
    this.#handlers[message.type]?.(message);
  }

  /** @param {{session: PhoneSession, ring: boolean, fence: number}} message */
  async #start({ session, ring, fence }) {
    if (this.#phone) return;
    this.#mayRing = ring;
    this.#connection = session.connection;
    this.#fence.begin(fence, session.availability);
    const problem = await this.#run(session);
    this.#post({ type: "started", problem });
    this.changed();
  }

  /** @param {PhoneSession} session @returns {Promise<string>} why there is no phone; "": there is one */
  async #run(session) {
    const module = await import(`./providers/${document.body.dataset.provider}/index.js`).catch(
      failed,
    );
    if (!module) return "module";
    if (this.#fence.closed) return "fenced";
    try {
      this.#phone = /** @type {ProviderPhone} */ (module.createPhone(this));
      // not waited for: the person may take a minute to answer the browser's question
      void this.audio.begin();
      await this.#phone.start(session);
      return "";
    } catch (error) {
      return (failed(error), "start");
    }
  }

  /** @param {FrameEvent} event */
  #noteRegistration({ type, provider_code, sip_code, cause }) {
    if (type === "registration_failed") this.#failure = { provider_code, sip_code, cause };
    else if (type === "registered" || type === "connected") this.#failure = undefined;
  }

  /**
   * Only what an administrator can allow: a host of a kind that the connection's settings open.
   * @param {SecurityPolicyViolationEvent} event
   */
  #blocked({ blockedURI, effectiveDirective, disposition }) {
    if (disposition !== "enforce" || !OPENED.test(effectiveDirective) || !URL.canParse(blockedURI))
      return;
    this.#post({ type: "blocked", host: new URL(blockedURI).host });
  }

  /** @param {string} name @param {Record<string, any>} args @returns {Promise<Result>} */
  async #command(name, args) {
    await this.#started;
    if (this.#fence.closed && FENCED_COMMANDS.has(name)) return this.#fence.refuse(name);
    this.#fence.beforeCommand(name, args);
    if (name === "unregister" || args.availability === "offline") this.#failure = undefined;
    const call = String(args.call ?? "");
    this.audio.beforeCommand(name, call);
    const result = (await this.#phone?.command(name, args)) ?? NOT_STARTED;
    this.audio.afterCommand(name, call, result);
    return result;
  }

  /** @param {string} what @returns {Promise<Result>} */
  async #read(what) {
    const { readings } = this.audio;
    if (Object.hasOwn(readings, what)) return readings[what]();
    return (await this.#phone?.read?.(what)) ?? { ok: false, code: "unsupported" };
  }

  /** @param {import("./types/provider").StopReason} reason */
  async #stop(reason) {
    await this.#phone?.stop(reason);
    this.#phone = null;
    this.changed();
    this.#post({ type: "stopped" });
  }

  /**
   * A command that breaks must still be answered, or its button waits for ever.
   * @param {string} id
   * @param {Promise<Result>} result
   */
  async #answer(id, result) {
    /** @type {Result} */
    const outcome = await result.catch((error) => {
      console.error("phone", error);
      return { ok: false, code: "failed" };
    });
    this.#post({ type: "result", id, ...outcome });
    this.changed();
  }

  /** @param {Record<string, unknown>} message */
  #post(message) {
    this.port.postMessage(message);
  }
}

/** @param {unknown} error */
function failed(error) {
  console.error("phone", error);
  return null;
}

/**
 * The port is taken once, from the page around this frame, and only if that page is Console.
 * @param {MessageEvent} event
 */
function takePort(event) {
  const { consoleOrigin } = document.body.dataset;
  const fromConsole =
    event.source === window.parent && window.parent !== window && event.origin === consoleOrigin;
  if (!fromConsole || event.data?.type !== "console.port" || !event.ports[0]) return;
  removeEventListener("message", takePort);
  new PhoneFrame(event.ports[0]);
}

if (PROVIDER_NAME.test(document.body.dataset.provider ?? "")) addEventListener("message", takePort);
