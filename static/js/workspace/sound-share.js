// Lets other pages of this browser use the phone of this tab: the settings its devices, levels and
// test call, a tel: link the dial field. All messages stay in this browser and carry the person's
// id: another person may sign in meanwhile.

import { pageData } from "../page/page-data.js";

/** What the settings page may ask of a phone. */
const ASKED = new Set(["devices", "test_call", "test_ring"]);
const LONGEST = 64;
// A page that closed without a word stops asking; it asks again sooner than this.
const WATCHED_MS = 10_000;

/**
 * @typedef {object} ShareOptions
 * @property {BroadcastChannel} settings
 * @property {import("./workspace-session.js").WorkspaceSession} session
 * @property {import("./audio-choice.js").AudioChoice} choice
 * @property {(what: string) => Promise<any> | undefined} read
 * @property {(message: {type: string, [field: string]: any}) => void} broadcast to all phones
 * @property {() => boolean} here the phone is in this tab
 * @property {{fill: (number: string) => void}} dial
 * @property {() => void} onchosen the choice was changed elsewhere
 */

export class SoundShare {
  #watchedUntil = 0;
  #user = pageData().user.id;
  #here;

  /** @param {ShareOptions} options */
  constructor(options) {
    this.options = options;
    this.#here = options.here();
    options.choice.onchange = (part) => this.#send({ type: "chosen", part });
    for (const name of /** @type {const} */ (["owner", "status"]))
      options.session.on(name, () => this.#phone());
    for (const name of /** @type {const} */ (["test", "levels", "devices"]))
      options.session.on(name, (news) => this.#pass(name, news));
    addEventListener("pagehide", () => this.#here && this.#send({ type: "gone" }));
  }

  get watched() {
    return performance.now() < this.#watchedUntil;
  }

  /** The phone has come or gone. */
  #phone() {
    const here = this.options.here();
    if (here !== this.#here) this.#send({ type: here ? "here" : "gone" });
    this.#here = here;
  }

  /** What the phone reports: `test`, `levels`, `devices`. @param {string} type @param {object} news */
  #pass(type, news) {
    if (this.#here && this.watched) this.#send({ ...news, type });
  }

  /** @param {any} message */
  async heard(message) {
    if (message?.user !== this.#user) return;
    if (message.type === "chosen") return this.#chosen(message.part ?? {});
    if (!this.options.here()) return;
    if (message.type === "dial") this.#dial(message);
    if (message.type === "who") this.#send({ type: "here" });
    if (message.type === "watch") this.#watch(message.on === true);
    if (message.type !== "ask" || !ASKED.has(message.what)) return;
    const answer = await this.options.read(message.what);
    this.#send({ type: "answer", id: message.id, answer });
  }

  /** Written, never dialled: a link of any page may have asked. @param {any} message */
  #dial({ id, number }) {
    this.options.dial.fill(String(number).slice(0, LONGEST));
    this.#send({ type: "answer", id });
  }

  /** @param {object} message */
  #send(message) {
    this.options.settings.postMessage({ ...message, user: this.#user });
  }

  /** @param {boolean} on */
  #watch(on) {
    this.#watchedUntil = on ? performance.now() + WATCHED_MS : 0;
    this.options.broadcast({ type: "levels", on });
  }

  /** @param {import("./audio-choice.js").Audio} part */
  #chosen(part) {
    this.options.choice.adopt(part);
    if (this.options.here())
      this.options.broadcast({ type: "devices", ...this.options.choice.forFrame() });
    this.options.onchosen();
  }
}
