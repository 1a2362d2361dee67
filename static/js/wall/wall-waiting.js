// The lists beside the tiles: the calls that ring now, read from the tiles, and the numbers to call
// back.

import { duration } from "../page/clock.js";
import { serverNow } from "../client/server-clock.js";
import { text } from "../page/i18n.js";
import { newestFirst, reorder } from "./reorder.js";

/** @typedef {import("./wall-totals.js").Ringing} Ringing */

const element = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id));
const write = (/** @type {Element} */ place, /** @type {string} */ words) =>
  place.textContent !== words && (place.textContent = words);

// A longer list helps nobody.
const MOST = 30;

export class WaitingCalls {
  #list = element("ringing");
  #row = /** @type {HTMLTemplateElement} */ (document.getElementById("ringing-row"));
  /**
   * The rows by conversation, with their texts.
   * @type {Map<string, {row: HTMLElement, says: string}>}
   */
  #rows = new Map();

  /** @param {Ringing[]} calls the longest first @param {number} now */
  ringing(calls, now) {
    const shown = calls.slice(0, MOST);
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, { row }] of this.#rows) if (!ids.has(id)) (row.remove(), this.#rows.delete(id));
    /** @type {Element | null} */
    let place = this.#list.firstElementChild;
    for (const call of shown) {
      const row = this.#filled(call, now);
      if (row === place) place = row.nextElementSibling;
      else this.#list.insertBefore(row, place);
    }
    write(
      element("ringing-more"),
      calls.length > MOST ? text("wall.more_ringing", { count: calls.length - MOST }) : "",
    );
    this.#count("ringing", calls.length);
  }

  /** @param {Ringing} call @param {number} now */
  #filled(call, now) {
    const known = this.#rows.get(call.id) ?? { row: this.#empty(), says: "" };
    this.#rows.set(call.id, known);
    const isLong = now - call.started > call.longMs;
    const says = `${call.started} ${isLong} ${call.who} ${call.connection} ${call.at}`;
    if (known.says !== says) this.#fill(known.row, call, isLong);
    known.says = says;
    return known.row;
  }

  #empty() {
    return /** @type {HTMLElement} */ (
      /** @type {Element} */ (this.#row.content.firstElementChild).cloneNode(true)
    );
  }

  /** @param {HTMLElement} row @param {Ringing} call @param {boolean} isLong */
  #fill(row, { id, started, who, connection, at }, isLong) {
    const [name, when, what] = /** @type {HTMLElement[]} */ ([...row.children].slice(1));
    row.dataset.conversation = id;
    row.toggleAttribute("data-local-long", isLong);
    when.dataset.since = String(started);
    write(when, duration(serverNow() - started));
    write(name, who);
    const where =
      at.length === 1
        ? text("wall.rings_at", { name: at[0] })
        : text("wall.rings_at_many", { count: at.length });
    write(what, `${connection} · ${where}`);
  }

  /**
   * Puts the newest first, and hides what does not answer to the filter. Conversations are counted.
   * @param {{team: string, provider: string}} filter
   */
  callbacks({ team, provider }) {
    const list = element("callback-rows");
    const rows = /** @type {HTMLElement[]} */ ([...list.children]);
    const sorted = rows.toSorted(newestFirst);
    for (const [row, before] of reorder(rows, sorted)) list.insertBefore(row, before);
    let calls = 0;
    for (const row of rows) {
      const { teams = "", connection } = row.dataset;
      const shown =
        (!team || teams.split(" ").includes(team)) && (!provider || connection === provider);
      row.toggleAttribute("data-local-hidden", !shown);
      calls += shown ? Number(row.dataset.calls) : 0;
    }
    this.#count("callbacks", calls);
  }

  /** @param {"ringing" | "callbacks"} what @param {number} number */
  #count(what, number) {
    const place = element(`${what}-count`);
    write(place, String(number));
    place.closest("section")?.toggleAttribute("data-none", number === 0);
  }
}
