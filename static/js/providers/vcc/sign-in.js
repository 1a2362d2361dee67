// The sign-in: loads the vendor's scripts, and repeats the request until VCC signs the agent in.

import { ScriptLoader } from "../kit/script-loader.js";
import { Pause } from "../kit/wait.js";
import { vendor } from "./vendor.js";

/** @import { Page } from "./index.js" */

const RETRY_MS = [2000, 5000];
const INIT_MS = 20_000;
const BAD_TOKEN = "401";
const INIT_TRIES = 3; // then with a fresh token, which only a new frame gets

export class SignIn {
  done = false;
  #stopped = false;
  #isTokenBad = false;
  #pause = new Pause();

  /**
   * @param {Page} page
   * @param {import("../kit/callback-queue.js").CallbackQueue} queue
   * @param {(host: string) => void} missing
   */
  constructor(page, queue, missing) {
    this.page = page;
    this.queue = queue;
    this.loader = new ScriptLoader(missing, page.load);
  }

  /** @param {unknown} code of csInitError */
  refused(code) {
    this.#isTokenBad = String(code) === BAD_TOKEN;
  }

  /** Tries again at once: the agent asks for the phone. */
  hurry() {
    this.loader.hurry();
    this.#pause.end();
  }

  stop() {
    this.#stopped = true;
    this.loader.stop();
    this.#pause.end();
  }

  /** @param {Record<string, any>} settings @param {() => void} loaded */
  async run({ scripts, token, domain }, loaded) {
    if (!(await this.loader.run(scripts))) return;
    loaded();
    for (let tries = 1; !this.#stopped && !this.done; tries++) {
      const answered = await this.queue.request(
        () => vendor.attempt("csInit", token, domain),
        ["csInitComplete", "csInitError"],
        INIT_MS,
      );
      if (this.#stopped || this.done) return;
      // Without an answer there may be a socket, and csInit would open another one beside it.
      if (!answered || tries === INIT_TRIES || this.#isTokenBad) return this.page.reload();
      await this.#pause.for(RETRY_MS[tries - 1]);
    }
  }
}
