// The workspace's side of one phone frame: the frame, the port, and the phone's answers.

import { NO_PHONE } from "./phone.js";

/** @typedef {import("./phone.js").PhoneEvent} PhoneEvent */
/** @typedef {import("./phone.js").PhoneStatus} PhoneStatus */
/** @typedef {import("./phone.js").PhoneSession} PhoneSession */
/** @typedef {import("./phone.js").Result} Result */
/** @typedef {import("./phone.js").StopReason} StopReason */

const READY_MS = 10_000;
// A slow network takes its time for the largest script.
const STARTED_MS = 30_000;
const STOP_MS = 2_000;
// Longer than a provider's own wait for its server: the frame knows better why something failed.
const COMMAND_MS = 20_000;
const ALIVE_MS = 900;
const MOST_UNANSWERED = 10;
// A frame that hangs may still carry the audio of a call: only a dead one is given up.
const TALKING_TIMES = 4;
const PAGE_MESSAGES = new Set(["levels", "devices", "test"]);

/** A phone did not start. */
export class StartFailed extends Error {
  /** @param {import("./phone.js").PhoneProblem} problem */
  constructor(problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** @implements {Phone} */
export class PhoneHost {
  /** @type {(event: PhoneEvent) => void} */
  onevent = () => {};
  /** @type {(status: PhoneStatus) => void} */
  onstatus = () => {};
  /**
   * The frame has loaded a second time by itself, or is silent: what ran in it is gone.
   * @type {(status: PhoneStatus) => void}
   */
  ondied = () => {};
  /**
   * Receives levels and devices.
   * @type {(message: {type: string, [field: string]: any}) => void}
   */
  onmessage = () => {};
  /**
   * The agent's choice of devices and processing, in the frame's words.
   * @type {object | undefined}
   */
  audio;
  /** Each side takes the other for gone after so long a silence. */
  fenceMs = 30_000;
  /** @type {PhoneStatus} */
  status = NO_PHONE;

  /** @type {HTMLIFrameElement | null} */
  #frame = null;
  /** @type {MessagePort | null} */
  #port = null;
  /** @type {Map<string, (answer: any) => void>} */
  #waiting = new Map();
  #commands = 0;
  #stopping = false;
  #running = false;
  #aliveAt = 0;
  /** Signs of life in a row that the frame has not answered. */
  #unanswered = 0;

  /**
   * @param {string} connection
   * @param {string} origin `*` stands for the connection
   * @param {string} title what assistive technology calls the frame
   */
  constructor(connection, origin, title) {
    this.origin = origin.replace("*", connection);
    this.url = `${this.origin}/phone/${connection}`;
    this.title = title;
  }

  /** @param {PhoneSession} session */
  async start(session) {
    const ready = this.#expect("ready", READY_MS);
    this.#frame = phoneFrame(this.url, this.title);
    let loads = 0;
    this.#frame.addEventListener("load", () =>
      (loads += 1) === 1 ? this.#connect() : this.#die(),
    );
    document.body.append(this.#frame);
    if (!(await ready)) this.#fail("page");
    const started = this.#expect("started", STARTED_MS);
    this.send({ type: "start", session, ring: true, fence: this.fenceMs, audio: this.audio });
    const { problem = "start" } = (await started) ?? {};
    if (problem) this.#fail(problem);
    this.#running = true;
  }

  /** @param {StopReason} reason */
  async stop(reason) {
    this.#stopping = true;
    if (this.#port) {
      const stopped = this.#expect("stopped", STOP_MS);
      this.send({ type: "stop", reason });
      await stopped;
    }
    this.remove();
  }

  /** @param {string} name @param {Record<string, any>} [args] @returns {Promise<Result>} */
  command(name, args = {}) {
    return this.#ask({ type: "command", name, args });
  }

  /** @param {string} what @returns {Promise<any>} what only the provider's script knows */
  read(what) {
    return this.#ask({ type: "read", what });
  }

  /** @param {boolean} closed */
  fence(closed) {
    this.send({ type: "fence", closed });
  }

  /**
   * Each second. Beats that arrive in a burst count as one.
   * @param {number} [silent] ms of the server
   */
  sendAlive(silent = 0) {
    const now = performance.now();
    if (now - this.#aliveAt < ALIVE_MS) return;
    this.#aliveAt = now;
    this.#unanswered += 1;
    const patience =
      Math.max(MOST_UNANSWERED, this.fenceMs / 1000) *
      (this.status.calls.length ? TALKING_TIMES : 1);
    if (this.#running && this.#unanswered > patience) this.#die();
    else this.send({ type: "alive", silent });
  }

  remove() {
    this.#frame?.remove();
    this.#port?.close();
    this.#frame = this.#port = null;
    [...this.#waiting.keys()].forEach((key) => this.#settle(key, null));
    this.#change(NO_PHONE);
  }

  #connect() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#hear(data);
    this.#frame?.contentWindow?.postMessage({ type: "console.port" }, this.origin, [port2]);
  }

  /** Reports a dead frame. While it starts, the caller of `start` receives the failure. */
  #die() {
    if (this.#stopping) return;
    const { status } = this;
    this.remove();
    if (this.#running) this.ondied(status);
  }

  /** @param {string} kind */
  #fail(kind) {
    this.remove();
    throw new StartFailed({ kind, host: new URL(this.url).host });
  }

  /** @param {any} message from where a vendor's script runs */
  #hear(message) {
    const { type } = message ?? {};
    this.#unanswered = 0;
    if (type === "event" && typeof message.event?.type === "string") this.onevent(message.event);
    if (type === "status") this.#change({ ...pick(message), blocked: this.status.blocked });
    if (type === "blocked") this.#change({ ...this.status, blocked: String(message.host) });
    if (PAGE_MESSAGES.has(type)) this.onmessage(message);
    if (type === "ready" || type === "stopped") this.#settle(type, true);
    if (type === "started") this.#settle(type, { problem: String(message.problem ?? "") });
    if (type === "result") this.#settle(String(message.id), message);
  }

  /** @param {PhoneStatus} status */
  #change(status) {
    this.status = status;
    this.onstatus(status);
  }

  /** @param {Record<string, any>} question @returns {Promise<any>} */
  async #ask(question) {
    if (!this.#port) return { ok: false, code: "failed" };
    const id = String((this.#commands += 1));
    const answer = this.#expect(id, COMMAND_MS);
    this.send({ ...question, id });
    const { type, id: _, ...result } = (await answer) ?? { ok: false, code: "failed" };
    return result;
  }

  /** @param {string} key @param {number} ms @returns {Promise<any>} null when it does not come */
  #expect(key, ms) {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#settle(key, null), ms);
      this.#waiting.set(key, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
  }

  /** @param {string} key @param {any} answer */
  #settle(key, answer) {
    const resolve = this.#waiting.get(key);
    this.#waiting.delete(key);
    resolve?.(answer);
  }

  /** @param {object} message */
  send(message) {
    this.#port?.postMessage(message);
  }
}

/** @typedef {import("./phone.js").Phone} Phone */

/** @param {any} status @returns {PhoneStatus} */
function pick({ microphone, audible, registered, calls, audioMuted, elsewhere, missing, failure }) {
  const flags = {
    audible: audible === true,
    registered: registered === true,
    elsewhere: elsewhere === true,
  };
  const shared = {
    ...flags,
    missing: missing ? String(missing) : undefined,
    ...(failure && { failure: failureOf(failure) }),
  };
  return { microphone, ...shared, calls: texts(calls), audioMuted: texts(audioMuted) };
}

/** @param {any} failure @returns {import("./phone.js").RegistrationFailure} */
function failureOf({ provider_code, sip_code, cause }) {
  return {
    provider_code: String(provider_code ?? ""),
    sip_code: Number(sip_code) || undefined,
    cause: String(cause),
  };
}

/** @param {unknown} list */
const texts = (list) => (Array.isArray(list) ? list.map(String) : []);

/**
 * Out of sight but not `display: none`: Chromium slows frames that are not displayed.
 * @param {string} url
 * @param {string} title
 */
function phoneFrame(url, title) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin");
  frame.allow = "microphone; autoplay; speaker-selection";
  Object.assign(frame, {
    src: url,
    title,
    tabIndex: -1,
    width: "1",
    height: "1",
    className: "phone-frame",
  });
  const unseen = {
    position: "fixed",
    insetBlockEnd: "0",
    insetInlineEnd: "0",
    border: "0",
    opacity: "0",
    pointerEvents: "none",
  };
  Object.assign(frame.style, unseen);
  frame.setAttribute("aria-hidden", "true");
  return frame;
}
