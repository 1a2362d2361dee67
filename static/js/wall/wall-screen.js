// The tiles fill the screen: a TV's, which has no scrolling and no input, and a desk's.

import { text } from "../page/i18n.js";
import { fit, larger } from "./wall-fit.js";

// The smallest tile that can be read across a room, in the page's own letters: wide, high, between.
const LEAST = { width: 15, height: 6.4, gap: 0.6 };

// A tile with a call, as the style sheet makes it.
const TILE = { width: 264, height: 142, gap: 12 };
const MANY = 40;

/** The screen at a desk: small teams are enlarged, large ones stand closer together. */
export class DeskScreen {
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

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#room;
    this.#room.toggleAttribute("data-local-dense", this.#count > MANY);
    const by = String(larger(this.#count, { width, height, gap: TILE.gap }, TILE));
    if (this.#room.style.getPropertyValue("--larger") !== by)
      this.#room.style.setProperty("--larger", by);
  }
}

/** The TV: a sentence counts the agents that find no room. */
export class TvScreen {
  #room = /** @type {HTMLElement} */ (document.querySelector(".wall-tiles"));
  #note = /** @type {HTMLElement} */ (document.getElementById("no-room"));
  /** @type {HTMLElement[]} */
  #tiles = [];
  #drawn = "";
  /**
   * Measured when it changes, and not with each push: asking for sizes makes the browser lay out
   * everything.
   */
  #size = { letter: 0, width: 0, height: 0 };

  constructor() {
    new ResizeObserver(() => this.#measure()).observe(this.#room);
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this.#room;
    this.#size = { letter: parseFloat(getComputedStyle(this.#room).fontSize), width, height };
    this.#drawn = "";
    this.fill(this.#tiles);
  }

  /** @param {HTMLElement[]} tiles in their order */
  fill(tiles) {
    this.#tiles = tiles;
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
    const left = tiles.slice(shown);
    const attention = left.filter((tile) => tile.hasAttribute("data-local-why")).length;
    const drawn = `${columns} ${rows} ${left.length} ${attention} ${left[0]?.id}`;
    for (const [place, tile] of tiles.entries()) {
      if (tile.hasAttribute("data-local-over") !== place >= shown)
        tile.toggleAttribute("data-local-over", place >= shown);
    }
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#room.style.setProperty("--columns", String(columns));
    this.#room.style.setProperty("--rows", String(rows));
    this.#note.hidden = left.length === 0;
    this.#note.textContent = left.length
      ? text(attention ? "wall.no_room" : "wall.no_room_calm", { count: left.length, attention })
      : "";
  }
}
