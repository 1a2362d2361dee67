// Keeps a phone from beginning calls: the workspace's fence does, and the frame's own
// watchdog, because a stopped page sends nothing and its phone must not ring.

import { workerBeat } from "../client/page-time.js";

/** @typedef {import("../types/provider").ProviderPhone} ProviderPhone */

const clocksNow = () => ({ wall: Date.now(), monotonic: performance.now() });

export class Watchdog {
  #heard;
  #closed = false;

  /**
   * @param {(closed: boolean) => void} onchange
   * @param {() => {wall: number, monotonic: number}} clocks
   * @param {(tick: () => void) => void} beat of a timer that hidden pages do not slow down
   */
  constructor(onchange, clocks = clocksNow, beat = workerBeat()) {
    this.onchange = onchange;
    this.clocks = clocks;
    this.#heard = clocks();
    /** Ms without a message after which it closes; 0: not known yet. */
    this.patience = 0;
    this.onbeat = () => {};
    beat(() => this.onbeat());
  }

  /**
   * Notes a message of the workspace.
   * @param {number} [silent] ms since the server's last confirmation, which count as silence
   */
  heard(silent = 0) {
    const { wall, monotonic } = this.clocks();
    this.#heard = { wall: wall - silent, monotonic: monotonic - silent };
    this.#judge(this.patience > 0 && silent >= this.patience);
  }

  /** Checks again, because a timer may be late. */
  get closed() {
    if (this.patience && this.#silentMs() >= this.patience) this.#judge(true);
    return this.#closed;
  }

  /** One clock stops while a machine sleeps; the other can be set. */
  #silentMs() {
    const { wall, monotonic } = this.clocks();
    return Math.max(wall - this.#heard.wall, monotonic - this.#heard.monotonic);
  }

  /** @param {boolean} closed */
  #judge(closed) {
    if (closed === this.#closed) return;
    this.#closed = closed;
    this.onchange(closed);
  }
}

const GOODBYE_MS = 300;

export class FrameFence {
  #byPage = false;
  /** The phone is to be registered. */
  #wanted = true;
  /** The watchdog has unregistered it. */
  #parked = false;
  /** When a call was refused; the refusal must leave before the phone does. */
  #refusedAt = -GOODBYE_MS;

  /** @param {() => ProviderPhone | null} phone @param {Watchdog} [watchdog] */
  constructor(phone, watchdog = new Watchdog(() => this.changed())) {
    this.phone = phone;
    this.watchdog = watchdog;
    watchdog.onbeat = () => this.look();
  }

  get closed() {
    return this.watchdog.closed || this.#byPage;
  }

  /** @param {number} ms the fence's time @param {string} [availability] */
  begin(ms, availability) {
    this.watchdog.patience = ms;
    this.watchdog.heard();
    this.#wanted = availability !== "offline";
  }

  /** @param {boolean} closed whether the workspace's fence is closed */
  set(closed) {
    this.#byPage = closed;
    this.changed();
  }

  /**
   * Notes the registration that the workspace wants.
   * @param {string} name
   * @param {Record<string, any>} args
   */
  beforeCommand(name, { availability }) {
    if (name === "set_availability") this.#wanted = availability !== "offline";
    else if (name === "register" || name === "unregister") this.#wanted = name === "register";
    else return;
    this.#parked &&= this.#wanted;
  }

  /**
   * Refuses a command while it is closed. The workspace opens its fence and registers the phone
   * before its next sign of life opens the watchdog, which then makes up for it.
   * @param {string} name
   * @returns {import("../types/provider").Result}
   */
  refuse(name) {
    if (name === "register") this.#wanted = this.#parked = true;
    return { ok: false, code: "fenced" };
  }

  /** A stopped page cannot unregister an idle phone, and a call in progress goes on. */
  look() {
    const alone = this.watchdog.closed; // it may close only now
    const phone = this.phone();
    if (!phone) return;
    const { registered, calls, elsewhere = false } = phone.status();
    if (this.#parked && !this.closed) return this.#park(phone, false);
    const idle = !calls.length && this.#now - this.#refusedAt >= GOODBYE_MS;
    const here = registered || (this.#wanted && !elsewhere);
    if (alone && !this.#parked && idle && here) this.#park(phone, true);
  }

  changed() {
    const phone = this.phone();
    if (phone && this.closed) {
      if (phone.status().calls.length) this.#refusedAt = this.#now;
      phone.fenced();
    }
    this.look();
  }

  get #now() {
    return this.watchdog.clocks().monotonic;
  }

  /** @param {ProviderPhone} phone @param {boolean} on */
  #park(phone, on) {
    this.#parked = on;
    const done = phone.command(on ? "unregister" : "register", {});
    done.catch((error) => console.error("phone", error));
  }
}
