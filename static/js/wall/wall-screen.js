// The tiles fill the screen: a TV's, which has no scrolling and no input, and a desk's.

import { text } from "../page/i18n.js";
import { fit, larger, pageOf } from "./wall-fit.js";

// The smallest tile that can be read across a room, in the page's own letters: wide, high, between.
const LEAST = { width: 15, height: 6.4, gap: 0.6 };

// A tile with a call, as the style sheet makes it.
const TILE = { width: 264, height: 142, gap: 12 };
const MANY = 40;

/** The screen at a desk: small teams are enlarged, large ones stand closer together. */
export class DeskScreen {
  #rows = false;
  #room = /** @type {HTMLElement} */ (document.querySelector(".wall-tiles"));
  #count = 0;

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.#room);
  }

  /** @param {HTMLElement[]} tiles */
  fill({ length }) {
    if (length === this.#count) return;
    this.#count = length;
    this.#draw();
  }

  /** Rows have one size. @param {boolean} rows */
  set hasRows(rows) {
    if (this.#rows !== rows) ((this.#rows = rows), this.#draw());
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#room;
    this.#room.toggleAttribute("data-local-dense", !this.#rows && this.#count > MANY);
    const room = { width, height, gap: TILE.gap };
    const by = String(this.#rows ? 1 : larger(this.#count, room, TILE));
    if (this.#room.style.getPropertyValue("--larger") !== by)
      this.#room.style.setProperty("--larger", by);
  }
}

const TURN_S = 15;

/** @param {string} search of the TV's address: ?turn=20 @returns {number} ms that a page stays */
function turnOf(search) {
  const seconds = Number(new URLSearchParams(search).get("turn"));
  return 1000 * (seconds >= 1 && seconds <= 600 ? seconds : TURN_S);
}

/** The TV: agents who do not fit on it take turns, page by page. */
export class TvScreen {
  hasRows = false;
  #room = /** @type {HTMLElement} */ (document.querySelector(".wall-tiles"));
  #note = /** @type {HTMLElement} */ (document.getElementById("no-room"));
  /** @type {HTMLElement[]} */
  #tiles = [];
  /** @type {(tile: HTMLElement) => boolean} */
  #isUrgent = () => false;
  /** Those whose turn it is not. @type {WeakSet<HTMLElement>} */
  #over = new WeakSet();
  #drawn = "";
  #turn = 0;
  /**
   * Measured when it changes, and not with each push: asking for sizes makes the browser lay out
   * everything.
   */
  #size = { letter: 0, width: 0, height: 0 };

  constructor() {
    new ResizeObserver(() => this.#measure()).observe(this.#room);
    setInterval(() => ((this.#turn += 1), this.fill(this.#tiles)), turnOf(location.search));
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this.#room;
    this.#size = { letter: parseFloat(getComputedStyle(this.#room).fontSize), width, height };
    this.#drawn = "";
    this.fill(this.#tiles);
  }

  /**
   * @param {HTMLElement[]} tiles in their order
   * @param {(tile: HTMLElement) => boolean} [isUrgent] the tile's agent needs attention
   */
  fill(tiles, isUrgent = this.#isUrgent) {
    this.#tiles = tiles;
    this.#isUrgent = isUrgent;
    const { letter, width, height } = this.#size;
    if (!letter) return;
    const least = { width: LEAST.width * letter, height: LEAST.height * letter };
    const room = { width, height, gap: LEAST.gap * letter };
    let { columns, rows, shown } = fit(tiles.length, room, least);
    if (shown < tiles.length) {
      // The last row gives its place to the note.
      ({ columns, rows, shown } = fit(
        tiles.length,
        { ...room, height: room.height - 2 * letter },
        least,
      ));
    }
    this.#show(columns, rows, tiles, shown);
  }

  /**
   * @param {number} columns
   * @param {number} rows
   * @param {HTMLElement[]} tiles
   * @param {number} shown
   */
  #show(columns, rows, tiles, shown) {
    const attention = tiles.filter(this.#isUrgent).length;
    const { pages, page, isShown } = pageOf(tiles.length, attention, shown, this.#turn);
    tiles.forEach((tile, place) => {
      const isOver = !isShown(place);
      if (this.#over.has(tile) === isOver) return;
      tile.toggleAttribute("data-local-over", isOver);
      if (isOver) this.#over.add(tile);
      else this.#over.delete(tile);
    });
    const drawn = `${columns} ${rows} ${page} ${pages} ${tiles.length}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#room.style.setProperty("--columns", String(columns));
    this.#room.style.setProperty("--rows", String(rows));
    this.#note.hidden = pages === 1;
    this.#note.textContent =
      pages > 1 ? text("wall.page", { page: page + 1, pages, count: tiles.length }) : "";
  }
}
