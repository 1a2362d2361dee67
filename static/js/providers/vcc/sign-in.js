// From nothing to a signed-in script: loads what the vendor's host gives, and asks until it lets us
// in.

import { MissingScript } from "./scripts.js";
import { vendor } from "./vendor.js";

/** @typedef {{load: typeof import("./scripts.js").load, reload: () => void}} Page */

const AGAIN_MS = [2000, 5000, 10_000, 20_000, 30_000];
const INIT_MS = 20_000;
const BAD_TOKEN = "401";
const INIT_TRIES = 3; // then with a fresh token, which only a new frame gets

export class SignIn {
  done = false;
  #stopped = false;
  #isTokenBad = false;
  #loaded = new Set();
  /** Somebody asks for the phone: it is tried again at once. */
  hurry = () => {};

  /**
   * @param {Page} page
   * @param {import("./waiting.js").Waiting} waiting
   * @param {(host: string) => void} missing
   */
  constructor(page, waiting, missing) {
    this.page = page;
    this.waiting = waiting;
    this.missing = missing;
  }

  /** @param {unknown} code of csInitError */
  refused(code) {
    this.#isTokenBad = String(code) === BAD_TOKEN;
  }

  stop() {
    this.#stopped = true;
    this.hurry();
  }

  /** @param {Record<string, any>} vcc @param {() => void} loaded */
  async run(vcc, loaded) {
    for (let tries = 0; !this.#stopped; tries++) {
      const host = await this.#load(vcc.scripts);
      this.missing(host);
      if (!host) return (loaded(), this.#open(vcc));
      await this.#pause(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]);
    }
  }

  /** @param {string[]} scripts @returns {Promise<string>} the host whose script did not come */
  async #load(scripts) {
    try {
      await this.page.load(scripts, this.#loaded);
      return "";
    } catch (error) {
      if (error instanceof MissingScript) return error.message;
      throw error;
    }
  }

  /** @param {Record<string, any>} vcc */
  async #open({ token, domain }) {
    for (let tries = 1; !this.#stopped && !this.done; tries++) {
      const answered = await this.waiting.ask(
        () => vendor.attempt("csInit", token, domain),
        ["csInitComplete", "csInitError"],
        INIT_MS,
      );
      if (this.#stopped || this.done) return;
      // Without an answer there may be a socket, and csInit would open another one beside it.
      if (!answered || tries === INIT_TRIES || this.#isTokenBad) return this.page.reload();
      await this.#pause(AGAIN_MS[tries - 1]);
    }
  }

  /** @param {number} ms @returns {Promise<void>} */
  #pause(ms) {
    return new Promise((resolve) => {
      this.hurry = resolve;
      setTimeout(resolve, ms);
    });
  }
}
