// All phones of the owner, one frame for each connection, seen as one phone.

import { backOff } from "./back-off.js";
import { LiveCalls } from "./live-calls.js";
import { BEGINNINGS, LOCAL_EVENTS, NO_PHONE, together } from "./phone.js";
import { PhoneHost } from "./phone-host.js";
import { takePhoneLock } from "./phone-lock.js";

/** @typedef {import("./phone.js").PhoneEvent} PhoneEvent */
/** @typedef {import("./phone.js").PhoneStatus} PhoneStatus */
/** @typedef {import("./phone.js").PhoneSession} PhoneSession */
/** @typedef {import("./phone.js").Result} Result */
/** @typedef {import("./phone.js").StopReason} StopReason */
/** @typedef {import("./phone.js").PhonesStatus} PhonesStatus */
/** @typedef {import("./line-words.js").Line} Line */

/**
 * @typedef {object} PhonesParts
 * @property {Line[]} lines
 * @property {string} origin
 * @property {import("./post-json.js").Post} post
 * @property {import("./server-clock.js").ServerClock} clock
 * @property {(ms: number) => Promise<void>} pause
 * @property {() => boolean} mayBegin false while the fence is closed
 * @property {() => string} client
 * @property {(event: PhoneEvent, epoch: number | null) => void} onevent epoch: null for what only this page shows
 * @property {(status: PhonesStatus) => void} onstatus
 * @property {(message: {type: string, [field: string]: any}) => void} [onnews] levels and devices, which are no facts for the server
 * @property {() => object | undefined} [audio] the agent's choice of devices, for a phone that starts
 * @property {() => void} onstale the server refused our epoch
 * @property {() => void} onstolen another tab of this browser has taken the phone's lock
 */

const GLANCE_MS = 1000;
/** With these the agent turns to a call. */
const TURNS_TO = new Set(["dial", "answer", "unhold"]);
const EVERY_PHONE = new Set(["register", "unregister", "set_availability"]);

export class Phones {
  /** @type {Map<string, PhoneHost>} */
  #hosts = new Map();
  /** Phones whose lease has gone and whose calls go on. @type {Set<PhoneHost>} */
  #retiring = new Set();
  /** @type {Record<string, PhoneStatus>} */
  #statuses = {};
  #calls = new LiveCalls();
  #fenced = false;
  /** From start to stop. @type {AbortController | null} */
  #run = null;
  /** @type {import("./browser-locks.js").Release | null} */
  #unlock = null;
  /** Of what begins now; a call keeps the one under which it began. */
  epoch = 0;
  availability = "available";
  #shown = "";

  /** @param {PhonesParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  get running() {
    return this.#run !== null;
  }

  get live() {
    return this.#calls.size;
  }

  /** @param {number} epoch @param {boolean} steal true after a granted take-over */
  async start(epoch, steal) {
    this.epoch = epoch;
    // Given back under a newer epoch: the same phones go on, and the calls in them.
    if (this.#run) return;
    const { signal } = (this.#run = new AbortController());
    this.#fenced = false;
    const unlock = await takePhoneLock({ steal, signal, onlost: this.parts.onstolen });
    if (!unlock) return;
    if (signal.aborted) return unlock();
    this.#unlock = unlock;
    this.parts.lines.forEach((line) => this.#resume(line, signal) || void this.#bring(line, signal));
  }

  /** A phone that still has a call, and is given the lease again. @param {Line} line @param {AbortSignal} signal */
  #resume(line, signal) {
    const host = this.#hosts.get(line.connection);
    if (!host) return false;
    this.#retiring.delete(host);
    host.ondied = () => this.#revive(line, signal);
    host.fence(false);
    if (this.availability !== "offline") void host.command("register");
    return true;
  }

  /** The lease has gone: idle phones stop, and a call in progress goes on until a person or the phone system ends it. */
  async handOver() {
    const unlock = this.#unlock;
    this.#unlock = null;
    this.#run?.abort();
    this.#run = null;
    const hosts = [...this.#hosts];
    for (const [, host] of hosts) this.#retiring.add(host), host.fence(true);
    await Promise.all(hosts.map(([connection, host]) => this.#retire(connection, host)));
    unlock?.();
  }

  /** @param {string} connection @param {PhoneHost} host @returns {Promise<unknown>} */
  async #retire(connection, host) {
    if (host.status.calls.length) return host.command("unregister");
    this.#retiring.delete(host);
    this.#hosts.delete(connection);
    delete this.#statuses[connection];
    host.onstatus = () => {};
    await host.stop("hand_over");
    this.#end(connection);
    this.parts.onstatus(this.status);
  }

  /** @param {string} call @returns {boolean} whether it is alive in a phone of this page */
  has(call) {
    return this.#calls.connectionOf(call) !== undefined;
  }

  /** @param {string} call @returns {number | undefined} the epoch that carries it */
  epochOf(call) {
    return this.#calls.epochOf(call);
  }

  /** @param {StopReason} reason */
  async stop(reason) {
    const unlock = this.#unlock;
    await this.#halt(reason);
    this.#end();
    unlock?.();
  }

  /** The page goes away and waits for nothing. */
  leave() {
    this.#end();
    void this.#halt("left");
    this.#unlock?.();
  }

  /** @param {boolean} on */
  fence(on) {
    this.#fenced = on;
    for (const host of this.#owned) host.fence(on);
    if (on) this.#unregisterIdle();
    else if (this.availability !== "offline") void this.command("register");
  }

  /** @param {string} name @param {Record<string, any>} [args] @returns {Promise<Result>} */
  async command(name, args = {}) {
    if (BEGINNINGS.has(name) && !this.parts.mayBegin()) return { ok: false, code: "fenced" };
    if (name === "set_availability") this.availability = args.availability;
    const hosts = this.#hostsFor(name, args);
    if (!hosts.length) return { ok: false, code: args.call ? "no_call" : "not_registered" };
    if (TURNS_TO.has(name)) await this.#holdOthers(hosts[0]);
    const results = await Promise.all(hosts.map((host) => host.command(name, args)));
    return results.find((result) => !result.ok) ?? results[0];
  }

  /** @param {string} call @returns {string | undefined} */
  connectionOf(call) {
    return this.#calls.connectionOf(call);
  }

  /** @param {string} connection @param {string} what */
  read(connection, what) {
    return this.#hosts.get(connection)?.read(what);
  }

  /** To every phone, and not answered. @param {{type: string, [field: string]: any}} message */
  tell(message) {
    for (const host of this.#hosts.values()) host.say(message);
  }

  /** The availability that the server shows, chosen in another tab or begun by itself. @param {string} availability */
  follow(availability) {
    this.#shown = availability;
    if (this.#owned.length && availability !== this.availability) void this.command("set_availability", { availability });
  }

  get status() {
    return together(this.#statuses);
  }

  /** @param {StopReason} reason */
  async #halt(reason) {
    this.#run?.abort();
    this.#run = null;
    const hosts = [...this.#hosts.values()];
    this.#hosts = new Map();
    this.#retiring = new Set();
    this.#statuses = {};
    this.parts.onstatus(this.status);
    for (const host of hosts) host.onstatus = () => {};
    await Promise.all(hosts.map((host) => host.stop(reason)));
  }

  /**
   * Starts one line's phone, for as long as that takes.
   * @param {Line} line @param {AbortSignal} signal @param {number} [tries] @returns {Promise<void>}
   */
  async #bring(line, signal, tries = 0) {
    if (tries) await this.parts.pause(backOff(tries));
    while (!signal.aborted && !this.parts.mayBegin()) await this.parts.pause(GLANCE_MS);
    if (signal.aborted) return;
    const who = { client: this.parts.client(), epoch: this.epoch };
    const { status, ok, body, date } = await this.parts.post(`/phone/${line.connection}/session`, who);
    if (signal.aborted) return;
    if (date) this.parts.clock.heard(date);
    if (ok) return this.#place(line, body, signal, tries);
    if (status === 409) return this.parts.onstale();
    this.#note(line, { ...NO_PHONE, problem: body?.code ?? "phone_unreachable", sentence: body?.sentence });
    if (status === 0 || status >= 500 || status === 429) return this.#bring(line, signal, tries + 1);
  }

  /** @param {Line} line @param {PhoneSession} session @param {AbortSignal} signal @param {number} tries @returns {Promise<void>} */
  async #place(line, session, signal, tries) {
    const host = new PhoneHost(line.connection, this.parts.origin, line.name);
    this.#hosts.set(line.connection, host);
    host.onevent = (event) => this.#hear({ ...event, connection: line.connection });
    host.onstatus = (status) => this.#note(line, status);
    host.onnews = (message) => this.parts.onnews?.(message);
    host.audio = this.parts.audio?.();
    host.ondied = () => this.#revive(line, signal);
    try {
      await host.start(session);
    } catch {
      if (signal.aborted) return;
      this.#note(line, { ...NO_PHONE, problem: "phone_unreachable" });
      return this.#bring(line, signal, tries + 1);
    }
    if (this.#fenced) host.fence(true);
    this.availability = session.availability ?? this.availability;
    if (this.#shown) this.follow(this.#shown);
  }

  /** @param {Line} line @param {AbortSignal} signal */
  #revive(line, signal) {
    this.#hosts.delete(line.connection);
    this.#end(line.connection, "failed");
    this.#hear({ type: "unregistered", at: Date.now(), connection: line.connection });
    void this.#bring(line, signal, 1);
  }

  /** @param {PhoneEvent} event with a time of this browser's clock */
  #hear(event) {
    const timed = { ...event, at: this.parts.clock.fromWall(event.at) };
    if (LOCAL_EVENTS.has(event.type)) return this.parts.onevent(timed, null);
    this.parts.mayBegin();
    return this.parts.onevent(timed, this.#calls.note(timed, this.epoch));
  }

  /** Two lines of two phone systems know nothing of each other: who is talked to is not talked over. @param {PhoneHost} host */
  async #holdOthers(host) {
    const others = [...this.#hosts.values()].filter((other) => other !== host);
    const calls = others.flatMap((other) => other.status.calls.map((call) => ({ other, call })));
    await Promise.all(calls.filter(({ call }) => this.#calls.isTalking(call)).map(({ other, call }) => other.command("hold", { call })));
  }

  /** Says the end of the calls that their phone takes with it. @param {string} [connection] @param {string} [cause] */
  #end(connection, cause) {
    for (const ending of this.#calls.endings(this.parts.clock.now(), connection)) {
      const event = cause ? { ...ending, cause } : ending;
      this.parts.onevent(event, this.#calls.note(event, this.epoch));
    }
  }

  /** @param {Line} line @param {PhoneStatus} status */
  #note(line, status) {
    this.#statuses[line.connection] = status;
    this.parts.onstatus(this.status);
    if (this.#fenced) this.#unregisterIdle();
    const host = this.#hosts.get(line.connection);
    if (host && this.#retiring.has(host) && !status.calls.length) void this.#retire(line.connection, host);
  }

  /** Those that the lease gives us. */
  get #owned() {
    return [...this.#hosts.values()].filter((host) => !this.#retiring.has(host));
  }

  #unregisterIdle() {
    for (const host of this.#hosts.values()) {
      if (host.status.registered && !host.status.calls.length) void host.command("unregister");
    }
  }

  /** @param {string} name @param {Record<string, any>} args */
  #hostsFor(name, args) {
    if (EVERY_PHONE.has(name)) return this.#owned;
    const connection = args.connection ?? (args.call ? this.#calls.connectionOf(args.call) : this.#firstLine);
    const host = this.#hosts.get(connection ?? "");
    return host ? [host] : [];
  }

  /** The first that works. */
  get #firstLine() {
    const works = this.parts.lines.find(({ connection }) => this.#hosts.get(connection)?.status.registered);
    return (works ?? this.parts.lines[0])?.connection;
  }
}
