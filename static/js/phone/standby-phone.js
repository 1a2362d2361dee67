// The phone of a tab that does not own it: a remote control. The server does what it can itself and
// passes the rest to the owner.

import { NO_PHONE } from "./phone.js";

/** @typedef {import("./phone.js").Result} Result */
/** @typedef {import("./phone.js").Phone} Phone */

// A command expires after 10 s on the server's clock; its outcome may be on its way a little
// longer.
const OUTCOME_MS = 12_000;
// A click may come before the page has its first news of the lease: on a slow network that takes
// some seconds.
const NEWER_TRIES = 100;
const HEARD_TRIES = 30;
const PAUSE_MS = 100;
// A phone starts within the time in which its frame must load.
const COMING_TRIES = 50;
const COMING_PAUSE_MS = 300;
const COMING = new Set(["connecting", "no_owner"]);
/** The server carries these out itself. */
export const SERVER_COMMANDS = new Set(
  "set_availability note outcome extend_wrap_up callback_claim callback_release callback_dismiss".split(
    " ",
  ),
);

const pause = (ms = PAUSE_MS) => new Promise((resolve) => setTimeout(resolve, ms));

/** @implements {Phone} */
export class StandbyPhone {
  /** @type {Phone["onevent"]} */
  onevent = () => {};
  /** @type {Phone["onstatus"]} */
  onstatus = () => {};
  status = NO_PHONE;
  /** @type {Map<string, (result: Result) => void>} */
  #waiting = new Map();
  /**
   * Commands to the owner leave in the order of the clicks: digits that overtake each other are
   * another number.
   * @type {Promise<any>}
   */
  #turn = Promise.resolve();

  /**
   * @param {import("../client/post-json.js").Post} post
   * @param {() => {client: string, epoch: number}} who
   * @param {() => string} [microphone] the state in this tab's own phone
   * @param {() => boolean} [coming] whether the phone may be on its way into this tab
   */
  constructor(post, who, microphone = () => "", coming = () => false) {
    this.post = post;
    this.who = who;
    this.microphone = microphone;
    this.coming = coming;
  }

  async start() {}

  async stop() {}

  /** @param {string} name @param {Record<string, any>} [args] @returns {Promise<Result>} */
  async command(name, args = {}) {
    // pressed before the first news of the lease
    if (!SERVER_COMMANDS.has(name) && !this.who().epoch) await this.#newer(0);
    for (let tries = 0; ; tries++) {
      const { epoch } = this.who();
      const result = await this.#ask(name, args);
      if (
        /microphone/.test(result.code ?? "") &&
        this.microphone() === "ok" &&
        tries < HEARD_TRIES
      ) {
        await pause(); // the news that it works now is on another way to the server
        continue;
      }
      const coming = SERVER_COMMANDS.has(name) && COMING.has(result.code ?? "") && this.coming();
      if (coming && tries < COMING_TRIES) {
        await pause(COMING_PAUSE_MS);
        continue;
      }
      // The server's own commands do not depend on the owner: the lease moved meanwhile, maybe more
      // than once.
      if (
        result.code !== "stale_epoch" ||
        !SERVER_COMMANDS.has(name) ||
        !(await this.#newer(epoch))
      )
        return result;
    }
  }

  /** @param {number} epoch @returns {Promise<boolean>} whether the news of a later one has come */
  async #newer(epoch) {
    for (let tries = 0; this.who().epoch <= epoch && tries < NEWER_TRIES; tries++) await pause();
    return this.who().epoch > epoch;
  }

  /** @param {string} name @param {Record<string, any>} args @returns {Promise<Result>} */
  async #ask(name, args) {
    const id = crypto.randomUUID();
    const outcome = this.#expect(id);
    const { status, ok, body } = await this.#send(name, { ...args, id, ...this.who() });
    if (status === 202) return outcome;
    const result = ok
      ? { ok }
      : { ok, code: body?.code ?? (status ? "failed" : "offline"), sentence: body?.sentence };
    this.#settle(id, result);
    return result;
  }

  /**
   * @param {string} name
   * @param {object} fields
   * @returns {ReturnType<import("../client/post-json.js").Post>}
   */
  #send(name, fields) {
    const send = () => this.post(`/commands/${name}`, fields);
    return SERVER_COMMANDS.has(name) ? send() : (this.#turn = this.#turn.then(send));
  }

  /**
   * Takes a `command.result`, which may come before the answer to the request.
   * @param {import("../client/socket.js").Message} message
   */
  finish({ id, ok, code }) {
    this.#settle(id, { ok, code });
  }

  /** @param {string} id @returns {Promise<Result>} */
  #expect(id) {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#settle(id, { ok: false, code: "expired" }), OUTCOME_MS);
      this.#waiting.set(id, (result) => {
        clearTimeout(late);
        resolve(result);
      });
    });
  }

  /** @param {string} id @param {Result} result */
  #settle(id, result) {
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }
}
