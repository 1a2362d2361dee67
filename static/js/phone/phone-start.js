// Starts one line's phone, and tries again until it runs: every step can fail for a while.

import { backOff } from "../client/page-time.js";
import { StartFailed } from "./phone-host.js";

/** @typedef {import("./line-info.js").Line} Line */
/** @typedef {import("./phone-host.js").PhoneHost} PhoneHost */
/** @typedef {import("./phone.js").PhoneProblem} PhoneProblem */
/** @typedef {import("./phone.js").PhoneSession} PhoneSession */
/** @typedef {import("./phone.js").PhoneStatus} PhoneStatus */
/** @typedef {import("./phone.js").RegistrationFailure} RegistrationFailure */
/** @typedef {import("../client/post-json.js").Answer} Answer */

/**
 * @typedef {object} StartOptions
 * @property {Map<string, PhoneHost>} hosts by connection
 * @property {() => number} epoch
 * @property {() => PhoneHost} makeHost
 * @property {(host: PhoneHost, session: PhoneSession) => void} opened
 * @property {() => void} onproblem another one, or none any more
 */

const GLANCE_MS = 1000;
/** A refusal lasts until a person corrects its cause; the page offers to try at once. */
const REFUSED_TIMES = 6;
const STEADY_MS = 10_000;
const STALE = 409;
const PHONE_SYSTEM_AWAY = 502;
const PASSING = new Set([408, 425, 429]);

export class PhoneStart {
  /** Why there is no phone yet. @type {PhoneProblem | undefined} */
  problem;
  /**
   * The failure of the phone that died: a new one may fail in the same way.
   * @type {RegistrationFailure | undefined}
   */
  failure;
  /** Ends the wait for the next try. */
  hurry = () => {};
  #tries = 0;
  #workedAt = 0;
  /**
   * The phone before had left the agent's voice to a page outside Console: its successor does not
   * take it back by itself.
   */
  #elsewhere = false;

  /**
   * @param {Line} line
   * @param {import("./phone.js").PhonesOptions} page
   * @param {StartOptions} options
   * @param {AbortSignal} signal
   * @param {() => number} [now] ms of a monotonic clock
   */
  constructor(line, page, options, signal, now = () => performance.now()) {
    this.now = now;
    this.line = line;
    this.page = page;
    this.options = options;
    this.signal = signal;
  }

  async run() {
    do await this.#untilItMayBegin();
    while (!this.signal.aborted && !(await this.#once()));
  }

  /** The phone that ran has gone. @param {PhoneStatus} status its last word */
  died({ failure, elsewhere = false }) {
    if (this.signal.aborted) return;
    this.failure = failure;
    this.#elsewhere = elsewhere;
    if (this.#workedAt && this.now() - this.#workedAt > STEADY_MS) this.#tries = 0;
    this.#workedAt = 0;
    this.#fail(failure ? undefined : { kind: "died" });
    void this.run();
  }

  /** The person does not wait: a phone that cannot work is made anew. */
  async tryAgain() {
    const { hosts } = this.options;
    const host = hosts.get(this.line.connection);
    if (this.problem || !host) return this.hurry();
    if (!isStuck(host.status)) return;
    this.#tries = 0;
    hosts.delete(this.line.connection);
    await host.stop("left");
    void this.run();
  }

  /**
   * A phone that reaches its phone system, and goes on doing so for a while, has no failures behind
   * it.
   */
  worked() {
    this.#workedAt ||= this.now();
    this.failure = undefined;
  }

  async #untilItMayBegin() {
    const { checkFence, mayBegin, pause } = this.page;
    if (this.#tries) await this.#wait();
    for (checkFence(); !this.signal.aborted && !mayBegin(); checkFence()) await pause(GLANCE_MS);
  }

  #wait() {
    const ms = backOff(this.#tries) * (this.problem?.lasting ? REFUSED_TIMES : 1);
    const hurried = new Promise((resolve) => (this.hurry = () => resolve(null)));
    return Promise.race([hurried, this.page.pause(ms)]);
  }

  /** @returns {Promise<boolean>} whether there is nothing more to try */
  async #once() {
    try {
      const answer = await this.#ask();
      if (this.signal.aborted) return true;
      if (answer.status === STALE) return (this.page.onstale(), true);
      if (!answer.ok) throw new StartFailed(problemOf(answer));
      await this.#open(answer.body);
      this.#clear();
      return true;
    } catch (error) {
      if (!this.signal.aborted)
        this.#fail(error instanceof StartFailed ? error.problem : { kind: "start" });
      return this.signal.aborted;
    }
  }

  async #ask() {
    const { post, client, clock } = this.page;
    const who = { client: client(), epoch: this.options.epoch() };
    const answer = await post(`/phone/${this.line.connection}/session`, who);
    if (answer.date && !this.signal.aborted) clock.synchronise(answer.date);
    return answer;
  }

  /** @param {PhoneSession} session */
  async #open(session) {
    const { hosts, makeHost, opened } = this.options;
    const { connection } = this.line;
    const host = makeHost();
    hosts.set(connection, host);
    try {
      await host.start({
        ...session,
        hotline: this.page.hotline?.(connection),
        ...(this.#elsewhere && { elsewhere: true }),
      });
    } catch (error) {
      if (hosts.get(connection) === host) hosts.delete(connection);
      throw error;
    }
    this.#elsewhere = false;
    opened(host, session);
  }

  #clear() {
    this.problem = undefined;
    this.options.onproblem();
  }

  /** @param {PhoneProblem} [problem] */
  #fail(problem) {
    this.#tries += 1;
    this.problem = problem;
    this.options.onproblem();
  }
}

/** @param {Answer} answer of a server that gave no session @returns {PhoneProblem} */
export function problemOf({ status, body }) {
  const { code, sentence } = body ?? {};
  if (status === 0) return { kind: "offline" };
  if (status === PHONE_SYSTEM_AWAY && sentence) return { kind: "refused", sentence };
  if (status >= 500 || PASSING.has(status)) return { kind: "server" };
  if (code === "bad_settings") return { kind: "settings", detail: sentence, lasting: true };
  if (status === 404) return { kind: "no_line", lasting: true };
  return { kind: sentence ? "refused" : "server", sentence, lasting: true };
}

/** It does not get through by itself. @param {import("./phone.js").PhoneStatus} status */
function isStuck({ registered, calls, missing, blocked, failure }) {
  return !registered && !calls.length && Boolean(missing || blocked || failure);
}
