// Outcomes of calls, saved when they are chosen. An unsent choice is kept in this tab and outlives
// reloads, calls and outages.

import { storageOrMemory } from "../client/event-store.js";
import { chipOf, offerOutcomes, outcomeList as list } from "./call-card.js";

/** @typedef {import("../phone/phone.js").Result} Result */
/** An unsent choice: the outcome's id, empty when it is taken back, and the server time of it.
 * @typedef {{outcome: string, at: number}} Choice */

// The arrow keys choose each chip on their way.
const PAUSE_MS = 600;
const AGAIN_MS = 15_000;
/** The server will never take it. */
const REFUSED = new Set(["outcome_gone", "bad_request"]);
const GROUPS = ".outcome:not(#outcomes .outcome)";

export class Outcomes {
  /** @type {Map<string, number>} */
  #timers = new Map();
  /** @type {Set<string>} */
  #saving = new Set();
  #storage = storageOrMemory(() => sessionStorage);
  /** Unsent choices by call. @type {Map<string, Choice>} */
  #drafts;
  /** The chosen chip on which a press began: a click takes the choice back. */
  #pressed = /** @type {EventTarget | null} */ (null);

  /**
   * @param {string} user
   * @param {(choice: Choice & {call: string}) => Promise<Result>} save
   * @param {() => number} now server time
   */
  constructor(user, save, now) {
    this.key = `console.outcomes.${user}`;
    this.#drafts = new Map(Object.entries(JSON.parse(this.#storage.getItem(this.key) ?? "{}")));
    this.save = save;
    this.now = now;
    document.addEventListener("change", ({ target }) => {
      const chip = chipOf(target);
      if (chip) this.#choose(chip, chip.value);
    });
    document.addEventListener("pointerdown", ({ target }) => {
      const chip = chipOf(target);
      this.#pressed = chip?.checked ? chip : null;
    });
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    // The groups of a list's rows are filled when they open.
    document.addEventListener("toggle", () => this.show(), true);
    document.addEventListener("console:applied", () => this.show());
    addEventListener("pagehide", () => this.flush());
    setInterval(() => this.flush(), AGAIN_MS);
    this.#takeUp();
    this.show();
    this.flush();
  }

  /** A card offers its outcomes before this module is there. */
  #takeUp() {
    for (const group of groups()) {
      const chip = chipOf(group.querySelector(":checked"));
      if (chip && chip.value !== this.#chosen(group)) this.#choose(chip, chip.value);
    }
  }

  flush() {
    for (const call of this.#drafts.keys()) void this.#send(call);
  }

  /** Whether this card's call needs an outcome and has none yet. @param {Element} card */
  isMissing(card) {
    const group = /** @type {HTMLElement | null} */ (card.querySelector(".outcome"));
    if (list()?.dataset.required !== "true" || group?.dataset.wanted !== "true") return false;
    return !this.#chosen(group);
  }

  /** Asks for the outcome of this card's call. @param {Element} card */
  ask(card) {
    const group = /** @type {HTMLElement} */ (card.querySelector(".outcome"));
    say(group, list()?.dataset.ask ?? "", true);
    const chip = group.querySelector("input");
    chip?.focus({ preventScroll: true });
    group.scrollIntoView({ block: "nearest" });
  }

  /** Fills the groups that can be seen, and shows what is chosen in them. */
  show() {
    for (const group of groups()) {
      if (group.closest("details:not([open])")) continue;
      offerOutcomes(group);
      this.#mark(group);
    }
  }

  /** @param {HTMLElement} group */
  #chosen(group) {
    return this.#drafts.get(callOf(group))?.outcome ?? group.dataset.outcome ?? "";
  }

  /** @param {HTMLElement} group */
  #mark(group) {
    const chosen = this.#chosen(group);
    const chips = [...group.querySelectorAll("input")];
    for (const chip of chips) {
      chip.checked = chip.value === chosen;
      // A retired outcome is shown while the call has it.
      if (!chip.checked && chip.dataset.retired) chip.parentElement?.remove();
    }
    if (chosen && chosen === group.dataset.outcome && !chips.some((chip) => chip.checked))
      addRetired(group, chosen);
    const choices = group.querySelector("[role=radiogroup]");
    const required = list()?.dataset.required === "true" && group.dataset.wanted === "true";
    choices?.setAttribute("aria-required", String(required));
  }

  /** A click on the label would choose the chip again. @param {MouseEvent} event */
  #click(event) {
    const chip = chipOf(event.target);
    const again = chip !== null && chip === this.#pressed && event.detail === 1;
    this.#pressed = null;
    if (!again) return;
    if (event.target !== chip) event.preventDefault();
    this.#choose(chip, "");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const chip = chipOf(event.target);
    if (!chip?.checked || !["Delete", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    this.#choose(chip, "");
  }

  /** @param {HTMLInputElement} chip @param {string} outcome */
  #choose(chip, outcome) {
    const call = callOf(chip);
    this.#keepDraft(call, { outcome, at: this.now() });
    this.show();
    this.#say(call, "");
    clearTimeout(this.#timers.get(call));
    this.#timers.set(
      call,
      setTimeout(() => void this.#send(call), PAUSE_MS),
    );
  }

  /** @param {string} call @param {Choice | null} draft null: it is saved */
  #keepDraft(call, draft) {
    if (draft) this.#drafts.set(call, draft);
    else this.#drafts.delete(call);
    if (!this.#drafts.size) this.#storage.removeItem(this.key);
    else this.#storage.setItem(this.key, JSON.stringify(Object.fromEntries(this.#drafts)));
  }

  /** @param {string} call */
  async #send(call) {
    const draft = this.#drafts.get(call);
    if (!draft || this.#saving.has(call)) return;
    clearTimeout(this.#timers.get(call));
    this.#saving.add(call);
    const result = await this.save({ call, ...draft });
    this.#saving.delete(call);
    if (this.#drafts.get(call) !== draft) return void this.#send(call);
    if (result.ok) this.#saved(call, draft.outcome);
    else this.#failed(call, result);
  }

  /** The server's push may be on its way yet. @param {string} call @param {string} outcome */
  #saved(call, outcome) {
    this.#keepDraft(call, null);
    for (const group of groupsOf(call)) group.dataset.outcome = outcome;
    this.#say(call, "");
  }

  /** @param {string} call @param {Result} result */
  #failed(call, { code = "", sentence = "" }) {
    const { kept = "", refused = "" } = list()?.dataset ?? {};
    if (!REFUSED.has(code)) return this.#say(call, kept);
    this.#keepDraft(call, null);
    this.show();
    this.#say(call, refused.replace("{sentence}", sentence));
  }

  /** @param {string} call @param {string} sentence */
  #say(call, sentence) {
    for (const group of groupsOf(call)) say(group, sentence, Boolean(sentence));
  }
}

const groups = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(GROUPS));

/** @param {string} call */
const groupsOf = (call) => [...groups()].filter((group) => callOf(group) === call);

/** @param {Element} element in the group of a card, or of a row */
function callOf(element) {
  const owner = /** @type {HTMLElement | null} */ (element.closest("[data-key], [data-call]"));
  return owner?.dataset.key ?? owner?.dataset.call ?? "";
}

/** @param {HTMLElement} group @param {string} sentence @param {boolean} problem */
function say(group, sentence, problem) {
  const status = group.querySelector(".outcome-status");
  if (!status) return;
  status.textContent = sentence;
  status.toggleAttribute("data-local-problem", problem);
}

/** @param {HTMLElement} group @param {string} outcome */
function addRetired(group, outcome) {
  const label = document.createElement("label");
  const chip = document.createElement("input");
  label.className = "outcome-choice";
  Object.assign(chip, { type: "radio", value: outcome, checked: true });
  chip.name = `outcome-choice-${group.id.replace(/^outcome-/, "")}`;
  chip.dataset.retired = "true";
  label.append(chip, group.dataset.name ?? "");
  group.querySelector(".outcome-choices")?.append(label);
}
