// All phones of the owner, one frame for each connection, seen as one phone.

import { lockLossesKnown } from "../client/browser-locks.js";
import { LiveCalls } from "./live-calls.js";
import { FENCED_COMMANDS } from "../page/page-data.js";
import { NO_PHONE, combinedStatus } from "./phone.js";
import { Pauses } from "../client/page-time.js";
import { PhoneHost } from "./phone-host.js";
import { takePhoneLock } from "../client/phone-lock.js";
import { PhoneStart } from "./phone-start.js";
import { firstWorking, holdOthers, unregisterIdle } from "./several-lines.js";

/** @import { PhoneSession, PhonesOptions, PhoneStatus, Result, StopReason } from "./phone.js" */
/** @import { Line } from "./line-info.js" */

/** Commands with which the agent turns to a call. */
const FOCUSING_COMMANDS = new Set(["dial", "answer", "unhold"]);
const EVERY_PHONE = new Set(["register", "unregister", "set_availability"]);

export class Phones {
  /** @type {Map<string, PhoneHost>} */
  #hosts = new Map();
  /** Phones whose lease has gone and whose calls go on. @type {Set<PhoneHost>} */
  #retiring = new Set();
  /** @type {Map<string, PhoneStart>} */
  #starts = new Map();
  /** @type {Record<string, PhoneStatus>} */
  #statuses = {};
  #fenced = false;
  /** Set from start to stop. @type {AbortController | null} */
  #run = null;
  /** @type {import("../client/browser-locks.js").Release | null} */
  #unlock = null;
  #pauses = new Pauses();
  /** Resolved when this page knows whether it still holds the lock. */
  #lockKnown = Promise.resolve();
  /** The epoch of new calls; a call keeps the one under which it began. */
  epoch = 0;
  availability = "available";
  #shown = "";
  /** @type {LiveCalls} */
  #calls;

  /** @param {PhonesOptions} options */
  constructor(options) {
    this.options = options;
    this.#calls = new LiveCalls(options, () => this.epoch);
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
    // The lease came back under a newer epoch: the same phones and their calls go on.
    if (this.#run) return;
    const { signal } = (this.#run = new AbortController());
    this.#fenced = false;
    const unlock = await takePhoneLock({ steal, signal, onlost: this.options.onstolen });
    if (!unlock) return;
    if (signal.aborted) return unlock();
    this.#unlock = unlock;
    for (const line of this.options.lines) {
      const start = new PhoneStart(line, this.options, this.#startOptions(line), signal);
      this.#starts.set(line.connection, start);
      if (!this.#resume(line)) void start.run();
    }
  }

  /** Returns the lease to a phone that still has a call. @param {Line} line */
  #resume(line) {
    const host = this.#hosts.get(line.connection);
    if (!host) return false;
    this.#retiring.delete(host);
    this.options.checkFence();
    this.#fenced = !this.options.mayBegin();
    host.fence(this.#fenced);
    if (this.#shown) this.follow(this.#shown);
    if (!this.#fenced && this.availability !== "offline") void host.command("register");
    return true;
  }

  /**
   * Ends the phones' part in the lease: idle phones stop, and a call in progress goes on until a
   * person or the phone system ends it.
   */
  async handOver() {
    const unlock = this.#unlock;
    this.#unlock = null;
    this.#run?.abort();
    this.#run = null;
    this.#starts.clear();
    const hosts = [...this.#hosts];
    for (const [, host] of hosts) (this.#retiring.add(host), host.fence(true));
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
    // Now, because the next phone on this line may have a call of its own.
    this.#calls.end(connection);
    await host.stop("hand_over");
    this.options.onstatus(this.status);
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
    this.#calls.end();
    unlock?.();
  }

  /** Stops everything for a page that goes away; nothing is awaited. */
  leave() {
    this.#calls.end();
    void this.#halt("left");
    this.#unlock?.();
  }

  /** @param {boolean} on */
  fence(on) {
    this.#fenced = on;
    for (const host of this.#owned) host.fence(on);
    if (on) unregisterIdle(this.#hosts);
    else if (this.availability !== "offline") void this.command("register");
  }

  /** @param {string} name @param {Record<string, any>} [args] @returns {Promise<Result>} */
  async command(name, args = {}) {
    if (FENCED_COMMANDS.has(name)) {
      if (!this.running) return { ok: false, code: "stale_epoch" };
      this.options.checkFence();
      if (!this.options.mayBegin()) return { ok: false, code: "fenced" };
    }
    if (name === "set_availability") this.availability = args.availability;
    const hosts = this.#hostsFor(name, args);
    if (!hosts.length) return { ok: false, code: args.call ? "no_call" : "not_registered" };
    if (FOCUSING_COMMANDS.has(name))
      await holdOthers(this.#hosts, hosts[0], (call) => this.#calls.isTalking(call));
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

  /**
   * Runs each second, after the check of the fence.
   * @param {number} [silent] ms since the lease was confirmed, where that matters
   */
  beat(silent = 0) {
    // After a pause a frame that unregistered itself waits until the lock is certain.
    if (this.#pauses.justWoke) this.#lockKnown = lockLossesKnown();
    this.#pauses.beat();
    void this.#lockKnown.then(() => this.#hosts.forEach((host) => host.sendAlive(silent)));
  }

  /** Sends to every phone. @param {{type: string, [field: string]: any}} message */
  broadcast(message) {
    for (const host of this.#hosts.values()) host.send(message);
  }

  /**
   * Follows the availability that the server shows, which another tab or a rule has chosen.
   * @param {string} availability
   */
  follow(availability) {
    this.#shown = availability;
    if (this.#owned.length && availability !== this.availability)
      void this.command("set_availability", { availability });
  }

  get status() {
    return combinedStatus(this.#statuses);
  }

  /** @param {StopReason} reason */
  async #halt(reason) {
    this.#run?.abort();
    this.#run = null;
    const hosts = [...this.#hosts.values()];
    this.#hosts = new Map();
    this.#retiring = new Set();
    this.#starts = new Map();
    this.#statuses = {};
    this.options.onstatus(this.status);
    for (const host of hosts) host.onstatus = () => {};
    await Promise.all(hosts.map((host) => host.stop(reason)));
  }

  /** @param {Line} line @returns {import("./phone-start.js").StartOptions} */
  #startOptions(line) {
    return {
      hosts: this.#hosts,
      epoch: () => this.epoch,
      makeHost: () => this.#makeHost(line),
      opened: (host, session) => this.#opened(host, session),
      onproblem: () => this.#note(line, this.#hosts.get(line.connection)?.status ?? NO_PHONE),
    };
  }

  /** @param {Line} line */
  #makeHost(line) {
    const host = new PhoneHost(line.connection, this.options.origin, line.name);
    host.onevent = (event) => this.#calls.report({ ...event, connection: line.connection });
    host.onstatus = (status) => this.#note(line, status);
    host.onmessage = (message) => this.options.onmessage?.(message);
    host.audio = this.options.audio?.();
    host.fenceMs = this.options.fenceMs;
    host.ondied = (status) => this.#revive(line, host, status);
    return host;
  }

  /** @param {PhoneHost} host @param {PhoneSession} session */
  #opened(host, session) {
    if (this.#fenced) host.fence(true);
    this.availability = session.availability ?? this.availability;
    if (this.#shown) this.follow(this.#shown);
  }

  /** @param {Line} line @param {PhoneHost} host @param {PhoneStatus} status */
  #revive({ connection }, host, status) {
    this.#hosts.delete(connection);
    this.#retiring.delete(host);
    this.#calls.end(connection, "failed");
    this.#calls.report({ type: "unregistered", at: Date.now(), connection });
    this.#starts.get(connection)?.died(status);
  }

  /** Starts failed phones at once, without the wait for the next try. */
  async tryAgain() {
    await Promise.all([...this.#starts.values()].map((start) => start.tryAgain()));
  }

  /** @param {Line} line @param {PhoneStatus} status */
  #note(line, status) {
    const start = this.#starts.get(line.connection);
    if (status.registered) start?.worked();
    const { problem, failure } = start ?? {};
    this.#statuses[line.connection] = { failure, ...status, ...(problem && { problem }) };
    this.options.onstatus(this.status);
    if (this.#fenced) unregisterIdle(this.#hosts);
    const host = this.#hosts.get(line.connection);
    if (host && this.#retiring.has(host) && !status.calls.length)
      void this.#retire(line.connection, host);
  }

  /** The phones under our lease. */
  get #owned() {
    return [...this.#hosts.values()].filter((host) => !this.#retiring.has(host));
  }

  /** @param {string} name @param {Record<string, any>} args */
  #hostsFor(name, args) {
    if (EVERY_PHONE.has(name)) return this.#owned;
    const connection =
      args.connection ??
      (args.call
        ? this.#calls.connectionOf(args.call)
        : firstWorking(this.options.lines, this.#hosts));
    const host = this.#hosts.get(connection ?? "");
    return host ? [host] : [];
  }
}
