// Headings among the tiles: agents by state or by team, each group with its number of agents.

import { reasons } from "./wall-attention.js";
import { stateOf } from "./wall-totals.js";

/** @typedef {import("./wall-attention.js").AgentFacts} AgentFacts */

/**
 * The group of an agent.
 * @type {Readonly<Record<string, (agent: AgentFacts, now: number) => string>>}
 */
const KEYS = {
  state: (agent, now) => (reasons(agent, now).length ? "attention" : stateOf(agent)),
  team: ({ team }) => team,
};

/**
 * Agents by group. The order inside a group stays.
 * @param {AgentFacts[]} agents in their order @param {string} by "state", "team" or "": one group
 * @param {string[]} order of the groups; others come last
 * @param {number} now
 * @returns {Map<string, AgentFacts[]>} without empty groups
 */
export function grouped(agents, by, order, now) {
  /** @type {Map<string, AgentFacts[]>} */
  const groups = new Map(order.map((key) => [key, []]));
  const keyOf = KEYS[by] ?? (() => "");
  for (const agent of agents) {
    const key = keyOf(agent, now);
    const group = groups.get(key);
    if (group) group.push(agent);
    else groups.set(key, [agent]);
  }
  return new Map([...groups].filter(([, group]) => group.length));
}

/** The words and the order of the groups are those of the filters. */
export class WallGroups {
  by = "";
  /** @type {Map<string, HTMLElement>} */
  #heads = new Map();

  /**
   * @param {AgentFacts[]} agents in their order @param {number} now
   * @returns {(AgentFacts | HTMLElement)[]} with the heading of each group
   */
  withHeads(agents, now) {
    if (!this.by) return agents;
    const words = this.#words();
    return [...grouped(agents, this.by, [...words.keys()], now)].flatMap(([key, group]) => [
      this.#head(key, words.get(key) ?? ""),
      ...group,
    ]);
  }

  /** Counts the tiles in sight below each heading. @param {Iterable<Element>} inOrder */
  count(inOrder) {
    /** @type {Map<Element, number>} */
    const counts = new Map();
    let head;
    for (const element of inOrder) {
      if (element.matches(".tile-group")) counts.set((head = element), 0);
      else if (head && !element.hasAttribute("data-local-hidden"))
        counts.set(head, (counts.get(head) ?? 0) + 1);
    }
    for (const [element, count] of counts) {
      const place = /** @type {Element} */ (element.lastElementChild);
      if (place.textContent !== String(count)) place.textContent = String(count);
      element.toggleAttribute("data-local-hidden", count === 0);
    }
  }

  #words() {
    const select = document.querySelector(`#wall-filters select[name=${this.by}]`);
    const options = /** @type {HTMLOptionElement[]} */ ([...(select?.children ?? [])]);
    return new Map(options.filter(({ value }) => value).map(({ value, text }) => [value, text]));
  }

  /** @param {string} key @param {string} words */
  #head(key, words) {
    const known = this.#heads.get(this.by + key);
    if (known) return known;
    const head = document.createElement("h2");
    head.className = "tile-group";
    if (this.by === "state") head.dataset.status = key;
    head.append(
      Object.assign(document.createElement("span"), { textContent: words }),
      " ",
      document.createElement("b"),
    );
    this.#heads.set(this.by + key, head);
    return head;
  }
}
