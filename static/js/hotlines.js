// The number that a customer sees: where a phone system has several outgoing lines (hotlines), the agent chooses one.

import { storageOrMemory } from "./event-store.js";
import { reason } from "./texts.js";

/** @typedef {{id: string, name: string, chosen: boolean}} Hotline */
/** @typedef {Pick<import("./console-session.js").ConsoleSession, "page" | "phones" | "command">} Session */

export class Hotlines {
  #row = /** @type {HTMLElement} */ (document.getElementById("dial-hotline-row"));
  #select = /** @type {HTMLSelectElement} */ (document.getElementById("dial-hotline"));
  #line = /** @type {HTMLSelectElement | null} */ (document.getElementById("dial-line"));
  #storage = storageOrMemory(() => localStorage);
  /** By connection, of phones that work and offer several. @type {Map<string, Hotline[]>} */
  #offered = new Map();
  /** @type {Set<string>} */
  #working = new Set();

  /** @param {Session} session @param {(sentence: string) => void} tell */
  constructor(session, tell) {
    this.session = session;
    this.tell = tell;
    this.#select.addEventListener("change", () => void this.#choose(this.#now, this.#select.value));
    this.#line?.addEventListener("change", () => this.#draw());
    this.lines(session.phones.status.connections);
  }

  /** A phone that works anew has forgotten the choice. @param {Record<string, {registered: boolean}>} connections */
  lines(connections) {
    const working = Object.keys(connections).filter((connection) => connections[connection].registered);
    const fresh = working.filter((connection) => !this.#working.has(connection));
    this.#working = new Set(working);
    for (const connection of fresh) void this.#read(connection);
    this.#draw();
  }

  /** @param {string} connection */
  async #read(connection) {
    const answer = await this.session.phones.read(connection, "hotlines");
    const items = answer?.ok && Array.isArray(answer.items) && answer.items.length > 1 ? answer.items : [];
    this.#offered.set(connection, items);
    const kept = this.#storage.getItem(this.#key(connection));
    const wanted = items.find((/** @type {Hotline} */ { id }) => id === kept);
    if (wanted && !wanted.chosen) await this.#choose(connection, wanted.id);
    this.#draw();
  }

  /** @param {string} connection @param {string} hotline */
  async #choose(connection, hotline) {
    const result = await this.session.command("choose_hotline", { connection, hotline });
    if (!result.ok) this.tell(reason(result));
    else {
      this.#storage.setItem(this.#key(connection), hotline);
      this.#offered.set(connection, (this.#offered.get(connection) ?? []).map((each) => ({ ...each, chosen: each.id === hotline })));
    }
    this.#draw();
  }

  /** The line that a number is called on. */
  get #now() {
    const row = document.getElementById("dial-line-row");
    return (row && !row.hidden && this.#line?.value) || ([...this.#working][0] ?? "");
  }

  #draw() {
    const items = (this.#working.has(this.#now) && this.#offered.get(this.#now)) || [];
    this.#row.hidden = !items.length;
    this.#select.replaceChildren(...items.map(({ id, name, chosen }) => new Option(name, id, chosen, chosen)));
  }

  /** @param {string} connection */
  #key(connection) {
    return `console.hotline.${this.session.page.user.id}.${connection}`;
  }
}
