// The colleagues who can take a call over. Some builds list them only during a call that came in,
// and otherwise do not answer.

import { vendor } from "./vendor.js";

const ANSWER_MS = 3000;

export class Colleagues {
  /** @type {any[]} */
  #found = [];

  /** @param {import("../kit/callback-queue.js").CallbackQueue} queue */
  constructor(queue) {
    this.queue = queue;
  }

  /** @param {unknown} list */
  listed(list) {
    this.#found = Array.isArray(list) ? list : [];
  }

  /** @returns {Promise<import("../../types/provider").Result>} */
  async read() {
    if (!vendor.has("getTransferAgent") || !vendor.has("csTransferCallAgent"))
      return { ok: false, code: "unsupported" };
    const ask = () => vendor.attempt("getTransferAgent");
    if (!(await this.queue.request(ask, ["csListTransferAgent"], ANSWER_MS)))
      return { ok: false, code: "failed" };
    const named = this.#found.filter(({ ipPhone }) => ipPhone);
    const items = named.map(({ ipPhone, userName }) => ({
      number: String(ipPhone),
      name: String(userName || ipPhone),
    }));
    return { ok: true, items };
  }
}
