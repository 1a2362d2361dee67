// The SIP connection of one line: its socket, which comes back by itself, and its registration,
// which is wanted or not.

import { backOff } from "../../client/back-off.js";
import { causeOfStatus } from "./causes.js";
import JsSIP from "../../../vendor/jssip-3.13.8/jssip.js";

/** @typedef {import("../../types/jssip").Agent} Agent */
/** @typedef {import("../../types/jssip").Transaction} Transaction */
/** @typedef {import("../../types/jssip").SipMessage} SipMessage */

const QUIET_MS = 2000;
const NO_ANSWER = 408;
const PROBE_EVERY_MS = 20_000;
const PROBE_MS = 5000;
const CONNECT_MS = 10_000;
/** Asking again with the same password can only lock the account. */
const FINAL_REFUSALS = new Set([401, 403, 404, 407]);

/**
 * @typedef {object} SipSettings
 * @property {string} uri
 * @property {string[]} sockets
 * @property {string} password
 * @property {string} [authorization_user]
 * @property {string} [display_name]
 * @property {string | null} [registrar]
 * @property {number} [register_expires] seconds
 */

/**
 * @typedef {(type: string, fields?: Record<string, unknown>) => void} Notice of the events named in
 *   #listen and below
 */

export class SipLink {
  #wanted = false;
  #up = false;
  #failures = 0;
  /** That the exchange cannot be reached has been said. */
  #away = false;
  /** Requests sent and not answered. @type {Set<Transaction>} */
  #open = new Set();
  /** @type {(() => void)[]} */
  #whenQuiet = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadline;
  #probes = 0;

  /** @param {SipSettings} settings @param {Notice} notice */
  constructor(settings, notice) {
    this.notice = notice;
    this.agent = new JsSIP.UA({
      uri: settings.uri,
      sockets: settings.sockets.map((url) => new JsSIP.WebSocketInterface(url)),
      password: settings.password,
      authorization_user: settings.authorization_user || undefined,
      display_name: settings.display_name || undefined,
      registrar_server: settings.registrar || undefined,
      // `#wanted` says when, so that a line that is unregistered on purpose stays so after a lost
      // socket
      register: false,
      register_expires: settings.register_expires ?? 120,
      session_timers: false,
      // the exchange decides how long it rings; this only ends a ringing whose CANCEL was lost
      no_answer_timeout: 180,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
    });
    const { host, port } = JsSIP.URI.parse(settings.uri);
    this.exchange = new JsSIP.URI("sip", null, host, port);
    this.#listen();
  }

  get registered() {
    return this.agent.isRegistered();
  }

  get connected() {
    return this.#up;
  }

  /** @param {string} number as this exchange wants it written */
  addressOf(number) {
    return new JsSIP.URI("sip", number, this.exchange.host, this.exchange.port);
  }

  /** Whether it is to be registered: then it is again after each lost socket. */
  get wanted() {
    return this.#wanted;
  }

  /** @param {boolean} register */
  start(register) {
    this.#wanted = register;
    this.agent.start();
    this.#probes = setInterval(() => this.#probe(), PROBE_EVERY_MS);
    addEventListener("online", this.#online);
    networkOf(navigator)?.addEventListener("change", this.#online);
  }

  register() {
    this.#wanted = true;
    if (this.#up && !this.registered) this.agent.register();
  }

  /**
   * Returns when the exchange has confirmed it; a REGISTER under way is waited for, or it would
   * land after the un-REGISTER.
   */
  async unregister() {
    this.#wanted = false;
    clearTimeout(this.#retry);
    this.agent.unregister();
    await this.quiet();
    if (this.#wanted || !this.registered) return;
    this.agent.unregister();
    await this.quiet();
  }

  async stop() {
    await Promise.race([
      this.unregister(),
      new Promise((resolve) => setTimeout(resolve, QUIET_MS)),
    ]);
    this.close();
  }

  /** All that can be done at once. */
  close() {
    this.#wanted = false;
    for (const timer of [this.#retry, this.#deadline, this.#probes]) clearTimeout(timer);
    removeEventListener("online", this.#online);
    networkOf(navigator)?.removeEventListener("change", this.#online);
    this.agent.stop(); // sends the un-REGISTER if it is still due
  }

  /** Every request is answered, or two seconds are over. @returns {Promise<void>} */
  quiet() {
    if (!this.#open.size) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenQuiet.push(resolve);
      setTimeout(resolve, QUIET_MS);
    });
  }

  #listen() {
    const { agent } = this;
    agent.on("connecting", () => this.#within(CONNECT_MS));
    agent.on("connected", () => this.#connected());
    agent.on("disconnected", () => this.#disconnected());
    agent.on("registered", () => {
      this.#failures = 0;
      this.notice("registered");
    });
    agent.on("unregistered", () => this.notice("unregistered"));
    agent.on("registrationFailed", ({ response }) => this.#registrationFailed(response));
    agent.on("newTransaction", ({ transaction }) => {
      if (transaction.type === "nict") this.#open.add(transaction);
    });
    agent.on("transactionDestroyed", ({ transaction }) => {
      this.#open.delete(transaction);
      if (!this.#open.size) for (const resolve of this.#whenQuiet.splice(0)) resolve();
    });
  }

  #connected() {
    this.#up = true;
    this.#away = false;
    clearTimeout(this.#deadline);
    this.notice("connected");
    if (this.#wanted) this.agent.register();
  }

  /** JsSIP says so again after each try that failed. */
  #disconnected() {
    clearTimeout(this.#deadline);
    clearTimeout(this.#retry);
    if (!this.#up) return this.#unreachable();
    this.#up = false;
    this.notice("disconnected");
  }

  #unreachable() {
    if (!this.#wanted || this.#away) return;
    this.#away = true;
    this.notice("registration_failed", { provider_code: "unreachable", cause: "unreachable" });
  }

  /** @param {SipMessage | null} response */
  #registrationFailed(response) {
    if (!this.#up) return; // the lost socket has been told, and ends this too
    const code = response?.status_code ?? NO_ANSWER;
    const reason = response?.reason_phrase || "no answer";
    const cause = code === NO_ANSWER ? "unreachable" : causeOfStatus(code);
    this.notice("registration_failed", {
      sip_code: code,
      provider_code: String(code),
      cause,
      reason,
    });
    if (!this.#wanted || FINAL_REFUSALS.has(code)) return;
    this.#retry = setTimeout(() => this.register(), backOff(++this.#failures));
  }

  /** A dead network closes nothing: ask the exchange, and take any answer for a sign of life. */
  #probe() {
    if (!this.#up) return;
    this.#within(PROBE_MS);
    const alive = () => clearTimeout(this.#deadline);
    this.agent.sendOptions(this.exchange, null, {
      eventHandlers: { succeeded: alive, failed: alive },
    });
  }

  /** @param {number} ms */
  #within(ms) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#reconnect(), ms);
  }

  #reconnect() {
    this.agent.transport.disconnect();
    this.agent.transport.connect();
  }

  /** Another network, or the same one back: the old socket may be dead without a word. */
  #online = () => (this.#up ? this.#probe() : this.#reconnect());
}

/**
 * Chromium's Network Information: cable to wireless, wireless to phone.
 * @param {any} navigator
 * @returns {EventTarget | undefined}
 */
const networkOf = ({ connection }) => connection;
