// The colleagues who can take a call over. Some builds tell them during a call that came in only,
// and nothing otherwise.

import { vendor } from "./vendor.js";

const ANSWER_MS = 3000;

export class Colleagues {
  /** @type {any[]} */
  #found = [];

  /** @param {import("./waiting.js").Waiting} waiting */
  constructor(waiting) {
    this.waiting = waiting;
  }

  /** @param {unknown} list */
  heard(list) {
    this.#found = Array.isArray(list) ? list : [];
  }

  /** @returns {Promise<import("../../types/provider").Result>} */
  async read() {
    if (!vendor.has("getTransferAgent") || !vendor.has("csTransferCallAgent"))
      return { ok: false, code: "unsupported" };
    const came = await this.waiting.ask(
      () => vendor.attempt("getTransferAgent"),
      ["csListTransferAgent"],
      ANSWER_MS,
    );
    if (!came) return { ok: false, code: "failed" };
    const named = this.#found.filter(({ ipPhone }) => ipPhone);
    return {
      ok: true,
      items: named.map(({ ipPhone, userName }) => ({
        number: String(ipPhone),
        name: String(userName || ipPhone),
      })),
    };
  }
}
