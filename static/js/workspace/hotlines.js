// The number that a customer sees: where a phone system has several hotlines, the agent chooses
// one.

import { reason, text } from "../page/i18n.js";

/**
 * An empty id stands for the phone system's own choice.
 * @typedef {{id: string, name: string, chosen: boolean}} Hotline
 */
/**
 * @typedef {import("./workspace-session.js").WorkspaceSession} WorkspaceSession
 * @typedef {Pick<WorkspaceSession, "phones" | "command" | "keptHotline" | "keepHotline">} Session
 */

export class Hotlines {
  #row = /** @type {HTMLElement} */ (document.getElementById("dial-hotline-row"));
  #select = /** @type {HTMLSelectElement} */ (document.getElementById("dial-hotline"));
  #line = /** @type {HTMLSelectElement | null} */ (document.getElementById("dial-line"));
  /** By connection, of phones that work and offer several. @type {Map<string, Hotline[]>} */
  #offered = new Map();
  /** @type {Set<string>} */
  #working = new Set();

  /** @param {Session} session @param {(sentence: string) => void} showNotice */
  constructor(session, showNotice) {
    this.session = session;
    this.showNotice = showNotice;
    this.#select.addEventListener("change", () => void this.#choose(this.#now, this.#select.value));
    this.#line?.addEventListener("change", () => this.#draw());
    this.lines(session.phones.status.connections);
  }

  /**
   * The list may differ in a phone that works anew.
   * @param {Record<string, {registered: boolean}>} connections
   */
  lines(connections) {
    const working = Object.keys(connections).filter(
      (connection) => connections[connection].registered,
    );
    const fresh = working.filter((connection) => !this.#working.has(connection));
    this.#working = new Set(working);
    for (const connection of fresh) void this.#read(connection);
    this.#draw();
  }

  /** @param {string} connection */
  async #read(connection) {
    const answer = await this.session.phones.read(connection, "hotlines");
    if (!answer?.ok && answer?.code !== "unsupported") return;
    /** @type {Hotline[]} */
    const items = Array.isArray(answer.items) ? answer.items : [];
    this.#offered.set(connection, items.length > 1 ? items : []);
    const kept = this.session.keptHotline(connection);
    if (kept && !items.some(({ id }) => id === kept)) await this.#drop(connection);
    this.#draw();
  }

  /** The phone forgets the choice too, and no dial of it is refused. @param {string} connection */
  async #drop(connection) {
    this.session.keepHotline(connection, "");
    this.showNotice(reason({ code: "hotline_gone" }));
    await this.session.command("choose_hotline", { connection, hotline: "" });
  }

  /** @param {string} connection @param {string} hotline */
  async #choose(connection, hotline) {
    const result = await this.session.command("choose_hotline", { connection, hotline });
    if (!result.ok) this.showNotice(reason(result));
    else {
      this.session.keepHotline(connection, hotline);
      this.#offered.set(
        connection,
        (this.#offered.get(connection) ?? []).map((each) => ({
          ...each,
          chosen: each.id === hotline,
        })),
      );
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
    this.#select.replaceChildren(
      ...items.map(
        ({ id, name, chosen }) => new Option(name || text("hotline.any"), id, chosen, chosen),
      ),
    );
    if (!items.some(({ chosen }) => chosen)) this.#select.selectedIndex = -1;
  }
}
