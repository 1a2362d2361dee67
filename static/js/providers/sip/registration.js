// The registration of one line, which is wanted or not, and the socket under it, which comes back
// by itself.

import { backOff } from "../../client/page-time.js";
import { causeOfStatus } from "../kit/sip-causes.js";
import { sleep, Timer } from "../kit/wait.js";
import JsSIP from "../../../vendor/jssip-3.13.8/jssip.js";

/** @import { Agent, Transaction, SipMessage } from "./jssip" */

const QUIET_MS = 2000;
const NO_ANSWER = 408;
const PROBE_EVERY_MS = 20_000;
const PROBE_MS = 5000;
const CONNECT_MS = 10_000;
/** A second try with the same password can only lock the account. */
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

export class Registration {
  /** Whether the line should be registered. If so, it registers again after each lost socket. */
  wanted = false;
  /** The socket is open. */
  connected = false;
  /** What the last REGISTER that we decided on asks for. */
  #asked = false;
  #failures = 0;
  /** It is reported that the exchange cannot be reached. */
  #unreachable = false;
  /** Requests sent and not answered. @type {Set<Transaction>} */
  #open = new Set();
  /** @type {(() => void)[]} */
  #whenQuiet = [];
  #retry = new Timer();
  #deadline = new Timer();
  #closing = new AbortController();
  #probes = 0;

  /**
   * @param {SipSettings} settings
   * @param {(type: string, fields?: Record<string, unknown>) => void} report
   */
  constructor(settings, report) {
    this.report = report;
    this.agent = new JsSIP.UA({
      uri: settings.uri,
      sockets: settings.sockets.map((url) => new JsSIP.WebSocketInterface(url)),
      password: settings.password,
      authorization_user: settings.authorization_user || undefined,
      display_name: settings.display_name || undefined,
      registrar_server: settings.registrar || undefined,
      // `wanted` decides: a line that is unregistered on purpose stays so after a lost socket
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

  /** @param {string} number as this exchange wants it written */
  addressOf(number) {
    return new JsSIP.URI("sip", number, this.exchange.host, this.exchange.port);
  }

  /** @param {boolean} register */
  start(register) {
    this.wanted = register;
    this.agent.start();
    this.#probes = setInterval(() => this.#probe(), PROBE_EVERY_MS);
    const { signal } = this.#closing;
    addEventListener("online", this.#online, { signal });
    networkOf(navigator)?.addEventListener("change", this.#online, { signal });
  }

  register() {
    this.wanted = true;
    this.#settle();
  }

  /** Returns when the exchange has confirmed it, or after two seconds. */
  async unregister() {
    this.wanted = false;
    this.#retry.stop();
    this.#settle();
    await this.#quiet();
  }

  async stop() {
    await Promise.race([this.unregister(), sleep(QUIET_MS)]);
    this.close();
  }

  /** As much of stop() as can be done at once. */
  close() {
    this.wanted = false;
    clearInterval(this.#probes);
    for (const timer of [this.#retry, this.#deadline]) timer.stop();
    this.#closing.abort();
    this.agent.stop(); // sends the un-REGISTER if it is still due
  }

  /**
   * One REGISTER at a time: of two, either may land last, and JsSIP counts their numbers together
   * and drops the answer to the older one.
   */
  #settle() {
    const { agent, wanted } = this;
    if (!agent.isConnected() || this.#registers || this.registered === wanted) return;
    this.#asked = wanted;
    if (wanted) agent.register();
    else agent.unregister();
  }

  get #registers() {
    return [...this.#open].some(({ request }) => request.method === "REGISTER");
  }

  /** Returns when every request is answered, or after two seconds. */
  async #quiet() {
    if (!this.#open.size) return;
    const quiet = new Promise((resolve) => this.#whenQuiet.push(() => resolve(null)));
    await Promise.race([quiet, sleep(QUIET_MS)]);
  }

  #listen() {
    const { agent } = this;
    agent.on("connecting", () => this.#reconnectAfter(CONNECT_MS));
    agent.on("connected", () => this.#connected());
    agent.on("disconnected", () => this.#disconnected());
    agent.on("registered", () => {
      this.#failures = 0;
      this.report("registered");
    });
    agent.on("unregistered", () => this.report("unregistered"));
    agent.on("registrationFailed", ({ response }) => this.#registrationFailed(response));
    agent.on("newTransaction", ({ transaction }) => {
      if (transaction.type === "nict") this.#open.add(transaction);
    });
    agent.on("transactionDestroyed", ({ transaction }) => {
      this.#open.delete(transaction);
      // Not after a refusal: a second try with the same password can only lock the account.
      if (this.wanted !== this.#asked) this.#settle();
      if (!this.#open.size) for (const resolve of this.#whenQuiet.splice(0)) resolve();
    });
  }

  #connected() {
    this.connected = true;
    this.#unreachable = false;
    this.#deadline.stop();
    this.report("connected");
    this.#settle();
  }

  /** JsSIP reports it again after each try that failed. */
  #disconnected() {
    this.#deadline.stop();
    this.#retry.stop();
    const { connected } = this;
    this.connected = false;
    if (connected) return this.report("disconnected");
    if (!this.wanted || this.#unreachable) return;
    this.#unreachable = true;
    this.report("registration_failed", { provider_code: "unreachable", cause: "unreachable" });
  }

  /** @param {SipMessage | null} response */
  #registrationFailed(response) {
    if (!this.connected) return; // the lost socket is reported, and ends this too
    const code = response?.status_code ?? NO_ANSWER;
    const reason = response?.reason_phrase || "no answer";
    const cause = code === NO_ANSWER ? "unreachable" : causeOfStatus(code);
    const fields = { sip_code: code, provider_code: String(code), cause, reason };
    this.report("registration_failed", fields);
    if (!this.wanted || FINAL_REFUSALS.has(code)) return;
    this.#retry.start(() => this.register(), backOff(++this.#failures));
  }

  /** Asks the exchange for any answer: a dead network closes no socket. */
  #probe() {
    if (!this.connected) return;
    this.#reconnectAfter(PROBE_MS);
    const alive = () => this.#deadline.stop();
    this.agent.sendOptions(this.exchange, null, {
      eventHandlers: { succeeded: alive, failed: alive },
    });
  }

  /** @param {number} ms */
  #reconnectAfter(ms) {
    this.#deadline.start(() => this.#reconnect(), ms);
  }

  #reconnect() {
    this.agent.transport.disconnect();
    this.agent.transport.connect();
  }

  /** The network is back or another one: the old socket may be dead. */
  #online = () => (this.connected ? this.#probe() : this.#reconnect());
}

/**
 * Chromium's Network Information, which reports a change from cable to wireless.
 * @param {any} navigator
 * @returns {EventTarget | undefined}
 */
const networkOf = ({ connection }) => connection;
