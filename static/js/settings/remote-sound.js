// The phone of another tab, as the settings page uses it: asks, and hears what it reports.

const channel =
  typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("console.tabs");
/** A test call takes eight seconds; a tab that has gone answers never. @type {Record<string, number>} */
const PATIENCE_MS = { devices: 5_000, test_call: 30_000, test_ring: 30_000 };
const WATCH_MS = 4_000;

/**
 * @typedef {object} RemoteOptions
 * @property {string} user
 * @property {() => void} onphone a phone has come or gone
 * @property {(type: "test" | "levels" | "devices", news: any) => void} onnews
 * @property {(part: import("../workspace/audio-choice.js").Audio) => void} onchosen
 */

export class RemoteSound {
  /** A tab of this browser has the phone. */
  here = false;
  /** @type {Map<string, (answer: any) => void>} */
  #asked = new Map();

  /** @param {RemoteOptions} options */
  constructor(options) {
    this.options = options;
    channel?.addEventListener(
      "message",
      ({ data }) => data?.user === options.user && this.#heard(data),
    );
    document.addEventListener("visibilitychange", () => this.#watch());
    addEventListener("pagehide", () => this.send({ type: "watch", on: false }));
    setInterval(() => this.#watch(), WATCH_MS);
  }

  /** @param {object} message */
  send(message) {
    channel?.postMessage({ ...message, user: this.options.user });
  }

  start() {
    this.send({ type: "who" });
  }

  /** @param {string} what @returns {Promise<any>} null when no tab answers */
  read(what) {
    const id = crypto.randomUUID();
    this.send({ type: "ask", id, what });
    return new Promise((resolve) => {
      const timer = setTimeout(() => (this.#done(id, null), this.#show(false)), PATIENCE_MS[what]);
      this.#asked.set(id, (answer) => (clearTimeout(timer), resolve(answer)));
    });
  }

  /** @param {any} message */
  #heard(message) {
    const { type, id, answer, part, ...news } = message;
    if (type === "here" || type === "gone") return this.#show(type === "here");
    if (type === "answer") return this.#done(id, answer);
    if (type === "chosen") return this.options.onchosen(part ?? {});
    if (["test", "levels", "devices"].includes(type)) this.options.onnews(type, news);
  }

  /** @param {string} id @param {any} answer */
  #done(id, answer) {
    this.#asked.get(id)?.(answer);
    this.#asked.delete(id);
  }

  /** @param {boolean} here */
  #show(here) {
    const isNew = here !== this.here;
    this.here = here;
    if (isNew) (this.options.onphone(), this.#watch());
    if (!here && isNew) this.start(); // another tab may have taken over
  }

  #watch() {
    if (this.here) this.send({ type: "watch", on: document.visibilityState === "visible" });
  }
}
