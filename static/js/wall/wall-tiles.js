// The tiles of the wall: reads them when they change, and sorts them without moving the focus or
// the scroll position.

import { reorder } from "./reorder.js";
import { limitsOf, sortedByAttention, reasons } from "./wall-attention.js";
import { WallGroups } from "./wall-groups.js";

/** @typedef {import("./wall-attention.js").AgentFacts} AgentFacts */
/** @typedef {import("./wall-attention.js").CallFacts} CallFacts */

/** @param {HTMLElement} element @returns {CallFacts} */
function callFacts({ dataset, firstElementChild }) {
  return {
    conversation: dataset.conversation ?? "",
    state: dataset.state ?? "",
    direction: dataset.direction ?? "",
    connection: dataset.connection ?? "",
    started: Number(dataset.started),
    held: Number(dataset.held ?? 0),
    quality: dataset.quality ?? "",
    nth: Number(dataset.nth),
    silent: "silent" in dataset,
    who:
      firstElementChild?.querySelector(".tile-caller")?.textContent?.trim().replace(/\s+/g, " ") ??
      "",
  };
}

/** @param {HTMLElement} tile @returns {AgentFacts} */
function agentFacts(tile) {
  const { agent = "", team = "", status = "", unreachable, limits } = tile.dataset;
  return {
    id: agent,
    name: tile.firstElementChild?.textContent ?? "",
    team,
    status,
    unreachable: unreachable === "true",
    limits: limitsOf(limits),
    calls: [.../** @type {NodeListOf<HTMLElement>} */ (tile.querySelectorAll(".tile-call"))].map(
      callFacts,
    ),
  };
}

// Hundreds of elements are looked at with each change: a name is quicker than a selector.
const [TILE, HEAD] = ["ARTICLE", "H2"];

export class WallTiles {
  groups = new WallGroups();
  #hasHeads = false;
  /** @type {Map<string, AgentFacts>} */
  #facts = new Map();
  /** @type {Map<string, HTMLElement>} */
  #tiles = new Map();
  /** The last marks of each tile. @type {WeakMap<HTMLElement, string>} */
  #marks = new WeakMap();
  /** The page is not asked about hundreds of tiles with each change. @type {WeakSet<Element>} */
  #hidden = new WeakSet();
  /** @type {WeakSet<Element>} */
  #urgent = new WeakSet();
  /** Tiles and headings as they stand; null: not read yet. @type {HTMLElement[] | null} */
  #order = null;

  /** The element that holds them; a snapshot morphs it and keeps it. */
  get root() {
    return /** @type {HTMLElement} */ (document.getElementById("tiles"));
  }

  get all() {
    return this.#facts.values();
  }

  /** All of them anew: after a snapshot. */
  readAll() {
    this.#facts.clear();
    this.#tiles.clear();
    this.#order = null;
    for (const tile of this.root.children)
      if (tile.matches(".tile")) this.#read(/** @type {HTMLElement} */ (tile));
  }

  /** @param {string[]} targets ids of the regions that changed */
  readSome(targets) {
    if (targets.includes("tiles")) return this.readAll();
    for (const target of targets) {
      const tile = target.startsWith("tile-") ? document.getElementById(target) : null;
      if (tile) this.#read(tile);
    }
  }

  /** @param {HTMLElement} tile */
  #read(tile) {
    const facts = agentFacts(tile);
    this.#facts.set(facts.id, facts);
    if (this.#tiles.get(facts.id) !== tile) this.#order = null;
    this.#tiles.set(facts.id, tile);
  }

  /**
   * Shows the reasons on the tiles, and hides the tiles that the filter excludes.
   * @param {number} now
   * @param {(agent: AgentFacts) => boolean} passes
   * @returns {number} shown
   */
  mark(now, passes) {
    let shown = 0;
    for (const [id, tile] of this.#tiles) {
      const facts = /** @type {AgentFacts} */ (this.#facts.get(id));
      const why = reasons(facts, now);
      const hidden = !passes(facts);
      shown += hidden ? 0 : 1;
      const tall = facts.calls.length > 1 || why.length > 1;
      const marks = `${why}|${hidden}|${tall}`;
      if (this.#marks.get(tile) === marks) continue;
      this.#marks.set(tile, marks);
      // `data-local-…` is the page's own: a push leaves it alone.
      tile.toggleAttribute("data-local-hidden", hidden);
      tile.toggleAttribute("data-local-tall", tall);
      toggle(this.#hidden, tile, hidden);
      toggle(this.#urgent, tile, why.length > 0);
      if (why.length) tile.setAttribute("data-local-why", why.join(" "));
      else tile.removeAttribute("data-local-why");
    }
    if (this.groups.by) this.groups.count(this.#inOrder);
    return shown;
  }

  /** Brings them into order with as few moves as possible. @param {number} now */
  arrange(now) {
    const wanted = this.groups
      .withHeads(sortedByAttention(this.all, now), now)
      .map((one) => /** @type {HTMLElement} */ (this.#tiles.get(one.id) ?? one));
    this.#keepHeads(wanted);
    const made = reorder(this.#inOrder, wanted);
    if (!made.length) return;
    this.#order = wanted;
    const focused = document.activeElement;
    const places = scrollers(this.root).map(
      (scroller) => /** @type {const} */ ([scroller, scroller.scrollTop]),
    );
    for (const [tile, before] of made) move(this.root, tile, before);
    // A browser may be unable to move a focused element without a loss of the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement)
      focused.focus({ preventScroll: true });
    for (const [scroller, top] of places) if (scroller.scrollTop !== top) scroller.scrollTop = top;
  }

  /** Only the headings of the groups that exist; a snapshot takes all of them away. */
  #keepHeads(/** @type {HTMLElement[]} */ wanted) {
    if (!this.groups.by && !this.#hasHeads) return;
    this.#order = null;
    const heads = new Set(wanted.filter((one) => one.tagName === HEAD));
    for (const head of this.root.querySelectorAll(":scope > .tile-group"))
      if (!heads.has(/** @type {HTMLElement} */ (head))) head.remove();
    for (const head of heads) if (!head.parentElement) this.root.append(head);
    this.#hasHeads = heads.size > 0;
  }

  get #inOrder() {
    const all = /** @type {Iterable<HTMLElement>} */ (this.root.children);
    return (this.#order ??= [...all].filter(({ tagName }) => tagName === TILE || tagName === HEAD));
  }

  /** The tiles that are shown, in order. */
  get shown() {
    return this.#inOrder.filter((tile) => tile.tagName === TILE && !this.#hidden.has(tile));
  }

  /** The tile's agent needs attention. @param {Element} tile */
  isUrgent = (tile) => this.#urgent.has(tile);
}

/** @param {WeakSet<Element>} set @param {Element} element @param {boolean} isIn */
function toggle(set, element, isIn) {
  if (isIn) set.add(element);
  else set.delete(element);
}

/**
 * The elements that a reader may have scrolled: the tiles' frame, or the page where it is narrow.
 * @param {HTMLElement} root
 */
const scrollers = (root) =>
  [root.parentElement, document.scrollingElement].filter((element) => element !== null);

/**
 * @param {Node & {moveBefore?: (node: Node, before: Node | null) => void}} root
 * @param {Node} tile
 * @param {Node | null} before
 */
function move(root, tile, before) {
  if (root.moveBefore) root.moveBefore(tile, before);
  else root.insertBefore(tile, before);
}
