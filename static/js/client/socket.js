// One lasting connection to the server: it reconnects by itself, or reports why it may not. Its
// messages are declared in console/realtime/messages.py.

import { backOff } from "./page-time.js";

/** @typedef {{type: string, [field: string]: any}} Message */
/** @typedef {"connecting" | "open" | "closed" | "signed_out" | "refused"} SocketState */

/**
 * @typedef {object} SocketOptions
 * @property {string} url
 * @property {() => Record<string, unknown>} hello the fields of `hello`
 * @property {(message: Message) => void} onmessage
 * @property {(state: SocketState, code?: number) => void} onstate
 * @property {() => Promise<void>} [onreplaced] takes a new client id before the next hello
 * @property {() => Promise<string>} [ticket] where no cookie signs the request
 * @property {(url: string, protocols: string[]) => WebSocket} [open]
 */

// The server pings every 10 s. A cut connection reports nothing.
const SILENCE_MS = 25_000;
const REPLACED = 4409;
// Asking again at once would bring the same answer: a message it does not understand, too many of
// them.
const TROUBLE = new Set([4400, 4429]);
const TROUBLE_MS = 15_000;
// A connection that ends sooner counts as one more failed try: something that we say may be what
// breaks it.
const STEADY_MS = 10_000;
/** @type {Readonly<Record<number, SocketState>>} */
const FINAL = { 4401: "signed_out", 4403: "refused" };

/**
 * Measures by the monotonic clock: the wall clock can be set, and a jump must neither break a
 * connection nor keep it away.
 */
export class RealtimeSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #wanted = false;
  #tries = 0;
  #retryAt = Infinity;
  #heardAt = 0;
  #welcomedAt = Infinity;
  /** @type {number | undefined} */
  #goodbye = undefined;

  /** @param {SocketOptions} options */
  constructor(options) {
    this.options = options;
  }

  open() {
    this.#wanted = true;
    this.#tries = 0;
    void this.#connect();
  }

  close() {
    this.#wanted = false;
    this.#drop();
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {boolean} false: there is no connection
   */
  send(type, fields) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(encode(type, fields));
    return true;
  }

  /** The network is back, the page is looked at again: do not wait for the next turn. */
  hurry() {
    if (this.#retryAt < Infinity) void this.#connect();
  }

  /** Each second: the timers of a hidden page are too slow to notice silence or to come back. */
  beat() {
    if (performance.now() >= this.#retryAt) void this.#connect();
    else if (this.#socket && performance.now() - this.#heardAt > SILENCE_MS) this.#closed(1006);
  }

  async #connect() {
    this.#retryAt = Infinity;
    this.#goodbye = undefined;
    this.options.onstate("connecting");
    const protocols = this.options.ticket ? await this.#ticketProtocols(this.options.ticket) : [];
    if (!protocols) return this.#closed(1006);
    if (!this.#wanted) return;
    this.#drop();
    const socket = (this.options.open ?? ((url, names) => new WebSocket(url, names)))(
      this.options.url,
      protocols,
    );
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onopen = () => this.send("hello", this.options.hello()) && this.options.onstate("open");
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code }) => void this.#closed(this.#goodbye ?? code);
  }

  /** @param {() => Promise<string>} ticket */
  async #ticketProtocols(ticket) {
    try {
      return ["console.v1", `ticket.${await ticket()}`];
    } catch {
      return null;
    }
  }

  /** @param {string} frame */
  #hear(frame) {
    this.#heardAt = performance.now();
    const message = decode(frame);
    if (message.type === "goodbye") this.#goodbye = message.code;
    if (message.type === "welcome") this.#welcomedAt = performance.now();
    this.options.onmessage(message);
  }

  /** @param {number} code */
  async #closed(code) {
    this.#drop();
    if (performance.now() - this.#welcomedAt > STEADY_MS) this.#tries = 0;
    this.#welcomedAt = Infinity;
    if (FINAL[code]) this.#wanted = false;
    if (code === REPLACED) await this.options.onreplaced?.();
    this.options.onstate(FINAL[code] ?? "closed", code);
    if (!this.#wanted) return;
    const wait = TROUBLE.has(code) ? TROUBLE_MS : backOff((this.#tries += 1));
    this.#retryAt = performance.now() + wait;
    setTimeout(() => this.beat(), wait + 1);
  }

  /** Messages of an abandoned socket must not be taken for the next one's. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#retryAt = Infinity;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

/** @param {string} type @param {Record<string, unknown>} fields @returns {string} one text frame */
export const encode = (type, fields) => JSON.stringify({ type, ...fields });

/** @param {string} frame @returns {Message} */
export function decode(frame) {
  const message = JSON.parse(frame);
  if (typeof message?.type !== "string") throw new TypeError("not a message");
  return message;
}
