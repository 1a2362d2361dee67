// Makes a page a client of the server: its identity, its link and its answers to the server's
// pings. It knows no phone, and draws nothing.

import { ClientIdentity } from "./client-identity.js";
import { PageActivity } from "./page-activity.js";
import { serverClock } from "./server-clock.js";
import { ServerLink } from "./server-link.js";
import { Ticker } from "./page-time.js";

/** @typedef {import("./socket.js").Message} Message */

/**
 * @typedef {object} PageUser
 * @property {string} id
 * @property {string} name
 * @property {string} locale
 * @property {import("../workspace/audio-choice.js").Audio | null} [audio]
 */

/**
 * @typedef {object} PageData
 * @property {string} csrf
 * @property {"workspace" | "wall" | "embed"} view `embed` waits for a page that sites embed
 * @property {PageUser} user
 * @property {string} [phone_origin]
 * @property {import("../phone/line-info.js").Line[]} [lines]
 * @property {{fence?: number}} [waits] ms
 */

/**
 * @typedef {"owner" | "link" | "message" | "phone" | "status" | "applied" | "levels"
 *   | "devices" | "test"} SessionEvent
 */

export class Session {
  /** @type {Map<string, Set<(detail: any) => void>>} */
  #listeners = new Map();
  /** The number of the server's last ping; 0 before the first. */
  #ping = 0;
  activity = new PageActivity();
  ticker = new Ticker();

  /** @param {PageData} page */
  constructor(page) {
    this.page = page;
    this.identity = new ClientIdentity(page.user.id);
    this.link = this.#serverLink();
    this.ticker.each(() => this.beat());
  }

  async open() {
    await this.identity.open();
    this.link.socket.open();
  }

  /**
   * @param {SessionEvent} name
   * @param {(detail: any) => void} listener
   * @returns {() => void} removes the listener
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** @param {SessionEvent} name @param {any} detail */
  notify(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(detail);
  }

  /** Runs each second. */
  beat() {
    this.link.socket.beat();
  }

  /** Runs at `pagehide`, also when the page enters the back/forward cache. */
  leave() {
    this.link.socket.close();
    this.identity.close();
  }

  /**
   * The messages that only this kind of page handles, by name.
   * @returns {Record<string, (message: any) => void>}
   */
  handlers() {
    return {};
  }

  /** @returns {Record<string, unknown>} the fields of `hello` */
  hello() {
    const { client, browser, formerly } = this.identity;
    const serial = this.identity.nextSerial();
    const locale = document.documentElement.lang || this.page.user.locale;
    const known = { ...(browser && { browser }), ...(formerly && { formerly }) };
    return { client, serial, view: this.page.view, locale, ...known };
  }

  /** @returns {Record<string, unknown>} the fields of `pong` that depend on a phone */
  phoneFields() {
    const { audible } = this.activity;
    return { epoch: 0, audible, microphone: "unknown", registered: false, calls: [] };
  }

  /** @param {Message} ping */
  pinged(ping) {
    serverClock.synchronise(ping.at);
  }

  /** Reports a change between two pings. */
  pongAgain() {
    if (this.#ping) this.#pong();
  }

  /** Another document uses the client id of this page. */
  async replaced() {
    await this.identity.replace();
  }

  async signedOut() {
    if (this.page.view !== "embed") location.assign("/sign-in");
  }

  /** @returns {ServerLink} */
  #serverLink() {
    const protocol = location.protocol.replace("http", "ws");
    return new ServerLink({
      url: Object.assign(new URL("/realtime", location.href), { protocol }).href,
      identity: this.identity,
      hello: () => this.hello(),
      on: { ...this.handlers(), ping: (message) => this.#answer(message) },
      onreplaced: () => this.replaced(),
      onsignedout: () => void this.signedOut(),
      notify: (name, detail) => this.notify(name, detail),
    });
  }

  /**
   * Answers at once: in a hidden page, message handlers run at once and timers once a minute.
   * @param {Message} ping
   */
  #answer(ping) {
    this.pinged(ping);
    this.#ping = ping.n;
    this.#pong();
  }

  #pong() {
    const { visible, used } = this.activity;
    this.link.socket.send("pong", { n: this.#ping, ...this.phoneFields(), visible, used });
  }
}

/**
 * Connects this page and keeps it connected.
 * @template {Session} S
 * @param {S} session
 * @returns {S}
 */
export function keepConnected(session) {
  addEventListener("pagehide", () => session.leave());
  addEventListener("pageshow", ({ persisted }) => persisted && void session.open());
  addEventListener("online", () => session.link.socket.hurry());
  document.addEventListener("visibilitychange", () => session.link.socket.hurry());
  void session.open();
  return session;
}
