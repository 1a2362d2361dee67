// Two calls at once: which of them is in front, what becomes of the other, and how the two are joined.

import { field, numberOf, problem } from "./call-card.js";
import { reason, text } from "./texts.js";

/** @typedef {import("./phone.js").Result} Result */
/** @typedef {(name: string, args: Record<string, any>) => Promise<Result>} Ask */

/** The call that is being spoken on, else the one begun last that does not ring, else the one that rings. @param {HTMLElement[]} live */
export function heroOf(live) {
  const quiet = live.filter((card) => card.dataset.state !== "ringing");
  return quiet.find((card) => card.dataset.state === "active") ?? quiet.find((card) => card.dataset.state === "dialing") ?? quiet[0] ?? live[0];
}

/** Marks the cards: attributes of `data-local-…` are left alone by what the server pushes. @param {HTMLElement[]} cards @param {HTMLElement[]} live */
export function arrange(cards, live) {
  const hero = heroOf(live);
  const waiting = live.find((card) => card !== hero && card.dataset.state === "held" && card.dataset.heldBy !== "remote");
  const joins = waiting && ["active", "dialing"].includes(hero?.dataset.state ?? "");
  for (const card of cards) {
    card.toggleAttribute("data-local-hero", card === hero);
    card.toggleAttribute("data-local-second", live.length > 1 && card !== hero && live.includes(card));
    if (joins && card === hero) card.dataset.localPair = waiting.dataset.call;
    else delete card.dataset.localPair;
  }
  if (joins) tellWaiting(hero, waiting);
  return hero;
}

/** @param {HTMLElement} hero @param {HTMLElement} waiting */
function tellWaiting(hero, waiting) {
  const place = field(hero, "waiting");
  const words = text("consult.waiting", { number: numberOf(waiting) });
  if (place && place.textContent !== words) place.textContent = words;
}

/** The two far ends are joined, and the agent is out of it. @param {HTMLElement} card @param {Ask} ask */
export async function complete(card, ask) {
  if (card.dataset.state !== "active") return { ok: false, sentence: text("consult.wait") };
  return ask("transfer_attended", { call: card.dataset.localPair, other: card.dataset.call });
}

/** Ends the question and speaks with whoever waits. @param {HTMLElement} card @param {HTMLElement | undefined} waiting @param {Ask} ask */
export async function back(card, waiting, ask) {
  const ended = await ask("hangup", { call: card.dataset.call });
  if (!ended.ok || !waiting) return ended;
  const result = await ask("unhold", { call: waiting.dataset.call });
  if (!result.ok) problem(waiting, reason(result));
  waiting.focus({ preventScroll: true });
  return ended;
}
