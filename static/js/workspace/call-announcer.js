// Announces calls to screen readers: a ring at once, an end after the current sentence.

import { field } from "./call-card.js";
import { text } from "../page/i18n.js";

/** How long a ring waits for the name of its caller. */
const NAME_MS = 300;
const NUMBER = /^[\d\s+*#().-]+$/;
const NOT_MISSED = new Set(["answered_elsewhere", "rejected", "completed", "transferred"]);

/** @typedef {ReturnType<typeof setTimeout>} Timer */
/** @typedef {{card: HTMLElement, state: string, said: boolean, late?: Timer}} Seen */
/** @typedef {{textContent: string | null}} Region */

export class CallAnnouncer {
  /** @type {Map<string, Seen>} announcements by call */
  #seen = new Map();

  /** @param {Region} alert interrupts the reader @param {Region} status waits for it */
  constructor(alert, status) {
    this.alert = alert;
    this.status = status;
  }

  /** @param {HTMLElement[]} cards */
  show(cards) {
    for (const card of cards) this.#note(card);
    for (const [call, seen] of this.#seen) {
      if (cards.includes(seen.card)) continue;
      this.#seen.delete(call);
      if (seen.state === "ringing") this.#over(seen);
    }
    const rings = [...this.#seen.values()].some(({ state }) => state === "ringing");
    if (!rings && this.alert.textContent) this.alert.textContent = "";
  }

  /** @param {HTMLElement} card */
  #note(card) {
    const { call = "", state = "" } = card.dataset;
    const seen = this.#seen.get(call);
    const now = { ...seen, card, state, said: seen?.said ?? false };
    this.#seen.set(call, now);
    if (state === "ringing") this.#rings(now);
    else if (state === "ended" && seen && seen.state !== "ended") this.#over(seen);
  }

  /** @param {Seen} seen */
  #rings(seen) {
    if (seen.said) return;
    if (nameOf(seen.card)) return this.#say(seen);
    seen.late ??= setTimeout(() => {
      const now = this.#seen.get(seen.card.dataset.call ?? "");
      if (now?.state === "ringing" && !now.said) this.#say(now);
    }, NAME_MS);
  }

  /** @param {Seen} seen */
  #say(seen) {
    seen.said = true;
    this.alert.textContent = text("announce.ringing", { number: spokenOf(seen.card) });
  }

  /** @param {Seen} seen as it was before its end */
  #over({ card, state }) {
    const [cause, number] = [causeOf(card), spokenOf(card)];
    if (state !== "ringing") this.status.textContent = text("announce.ended", { number });
    else if (!NOT_MISSED.has(cause)) this.status.textContent = text("announce.missed", { number });
    else this.status.textContent = text(`cause.received.${cause}`);
  }
}

/** The cause from the phone, or from the list of recent calls. @param {HTMLElement} card */
function causeOf({ dataset }) {
  const row = document.querySelector(`#recent [data-key="${CSS.escape(dataset.call ?? "")}"]`);
  return dataset.localCause ?? row?.getAttribute("data-outcome") ?? "";
}

/** Some phone systems give the number in the place of the name. @param {HTMLElement} card */
function nameOf(card) {
  const name = field(card, "name")?.textContent?.trim() ?? "";
  return NUMBER.test(name) ? "" : name;
}

/** Separates the digits, which a screen reader would read as millions. @param {HTMLElement} card */
function spokenOf(card) {
  return nameOf(card) || spelled(field(card, "number")?.textContent?.trim() ?? "");
}

/** @param {string} number in its groups @returns {string} */
export function spelled(number) {
  if (!NUMBER.test(number)) return number;
  const groups = number.split(/[\s().-]+/).filter(Boolean);
  return groups.map((group) => [...group].join(" ")).join(", ");
}
