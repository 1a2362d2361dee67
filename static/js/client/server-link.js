// The permanent exchange with the server: the snapshot and its changes come in, the phone's events
// go out.

import { EventSender } from "./event-store.js";
import { apply } from "../page/fragments.js";
import { serverNow } from "./server-clock.js";
import { Snapshot } from "./snapshot.js";
import { RealtimeSocket } from "./socket.js";

/** @typedef {import("./socket.js").Message} Message */

/**
 * @typedef {object} LinkOptions
 * @property {string} url
 * @property {import("./client-identity.js").ClientIdentity} identity
 * @property {() => Record<string, unknown>} hello
 * @property {Record<string, (message: any) => void>} on by message name
 * @property {() => Promise<void>} onreplaced
 * @property {() => void} onsignedout
 * @property {(name: "link" | "message" | "applied", detail: any) => void} notify
 */

export class ServerLink {
  #snapshot = new Snapshot();
  #online = false;
  #since = serverNow();

  /** @param {LinkOptions} options */
  constructor(options) {
    this.options = options;
    this.socket = new RealtimeSocket({
      url: options.url,
      hello: () => this.#hello(),
      onmessage: (message) => {
        options.notify("message", {});
        (this.#own[message.type] ?? options.on[message.type])?.(message);
      },
      onstate: (state, code) => this.#linked(state, code),
      onreplaced: options.onreplaced,
    });
    this.events = new EventSender(
      () => options.identity.store,
      (type, fields) => this.socket.send(type, fields),
    );
  }

  /** @type {Record<string, (message: Message) => void>} */
  #own = {
    welcome: (message) => this.#welcome(message),
    change: (message) => this.#apply(message),
    ack: ({ n }) => this.events.ack(n),
  };

  #hello() {
    this.#snapshot.reset();
    return this.options.hello();
  }

  /** @param {Message} message */
  #welcome(message) {
    this.#apply(message);
    // Facts before questions: the server must not take a call for lost whose end is on its way.
    this.events.welcome(message.n);
    this.options.on.welcome?.(message);
    this.#report("online");
  }

  /** @param {Message} message */
  #apply(message) {
    for (const { html } of this.#snapshot.take(message)) {
      if (html) void apply(html).then(() => this.options.notify("applied", {}), console.error);
    }
  }

  /** @param {import("./socket.js").SocketState} state @param {number} [code] */
  #linked(state, code) {
    if (state === "open") return;
    this.events.disconnected();
    this.#report(state === "closed" ? "offline" : state, code);
    if (state === "signed_out") this.options.onsignedout();
  }

  /**
   * Each try to come back is part of the same absence.
   * @param {string} state
   * @param {number} [code]
   */
  #report(state, code) {
    const online = state === "online";
    if (online !== this.#online) this.#since = serverNow();
    this.#online = online;
    this.options.notify("link", { state, since: this.#since, code });
  }
}
