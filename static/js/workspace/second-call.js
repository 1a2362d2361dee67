// Two calls at once: the primary one, the state of the other, and joining the two.

import { field, nameOf, numberOf, problem } from "./call-card.js";
import { reason, text } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */
/** @typedef {(name: string, args: Record<string, any>) => Promise<Result>} Ask */

/**
 * The active call, else the one being dialled, else the first that does not ring, else the first
 * that rings.
 * @param {HTMLElement[]} live
 */
export function primaryCallOf(live) {
  const quiet = live.filter((card) => card.dataset.state !== "ringing");
  return (
    quiet.find((card) => card.dataset.state === "active") ??
    quiet.find((card) => card.dataset.state === "dialing") ??
    quiet[0] ??
    live[0]
  );
}

/**
 * @typedef {{customer: HTMLElement, asked: HTMLElement}} Consultation `asked` is about `customer`
 */

/**
 * The consultation that this call is one side of.
 * @param {HTMLElement | undefined} card @param {HTMLElement[]} live
 * @returns {Consultation | undefined}
 */
export function consultationOf(card, live) {
  for (const asked of live) {
    const customer = live.find(({ dataset }) => dataset.call === asked.dataset.consults);
    if (customer && (card === asked || card === customer)) return { customer, asked };
  }
}

/**
 * Marks the cards: attributes of `data-local-…` are left alone by what the server pushes.
 * @param {HTMLElement[]} cards
 * @param {HTMLElement[]} live
 */
export function arrange(cards, live) {
  const primary = primaryCallOf(live);
  const pair = consultationOf(primary, live);
  for (const card of cards) {
    card.toggleAttribute("data-local-primary", card === primary);
    card.toggleAttribute(
      "data-local-second",
      live.length > 1 && card !== primary && live.includes(card),
    );
    card.toggleAttribute("data-local-pair", pair !== undefined && card === primary);
    card.toggleAttribute("data-local-behind", ringsBehind(card));
    const whom = live.length > 1 ? nameOf(card) : "";
    for (const place of card.querySelectorAll('[data-field="whom"]')) write(place, whom);
  }
  rows(cards, primary);
  if (primary && pair) tellPair(primary, pair);
  return primary;
}

/**
 * Gives each card its row: the call in front at the top, below its note the other live calls, and
 * last the calls that have ended. Without a live call, the call that ended last is in front; it
 * stays there while the agent writes its note and another rings.
 * @param {HTMLElement[]} cards @param {HTMLElement | undefined} primary
 */
function rows(cards, primary) {
  const ended = cards.filter((card) => card.dataset.state === "ended");
  const isBehind = primary?.hasAttribute("data-local-behind");
  const before = ended.find((card) => card.dataset.localRow === "front");
  const front = (isBehind || !primary ? before : primary) ?? primary ?? ended.at(-1);
  const count = { live: 0, ended: 0 };
  for (const card of cards) {
    const kind = card.dataset.state === "ended" ? "ended" : "live";
    const row = card === front ? "front" : `${kind}-${(count[kind] += 1)}`;
    if (card.dataset.localRow !== row) card.dataset.localRow = row;
  }
}

/** A ring stays behind another card while the agent writes in that. @param {HTMLElement} card */
function ringsBehind(card) {
  if (card.dataset.state !== "ringing") return false;
  const field = document.activeElement;
  const written = field?.matches("textarea, input") && field.closest(".call");
  const isNew = !card.hasAttribute("data-local-rung");
  card.toggleAttribute("data-local-rung", true);
  return isNew ? Boolean(written && written !== card) : card.hasAttribute("data-local-behind");
}

/** @param {HTMLElement} primary @param {Consultation} pair */
function tellPair(primary, { customer, asked }) {
  const waiting = primary === asked ? customer : asked;
  write(field(primary, "waiting"), text("consult.waiting", { number: numberOf(waiting) }));
  write(field(primary, "ends"), text("consult.ends", { number: nameOf(asked) }));
}

/** @param {Element | null} place @param {string} words */
function write(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}

/** Joins the two far ends, without the agent. @param {Consultation} pair @param {Ask} ask */
export async function complete({ customer, asked }, ask) {
  if (asked.dataset.state === "dialing") return { ok: false, sentence: text("consult.wait") };
  return ask("transfer_attended", { call: customer.dataset.call, other: asked.dataset.call });
}

/** Ends the consultation and resumes the call. @param {Consultation} pair @param {Ask} ask */
export async function back({ customer, asked }, ask) {
  const ended = await ask("hangup", { call: asked.dataset.call });
  if (!ended.ok) return ended;
  const isHeld = customer.dataset.state === "held";
  const result = isHeld ? await ask("unhold", { call: customer.dataset.call }) : ended;
  if (!result.ok) problem(customer, reason(result));
  customer.focus({ preventScroll: true });
  return ended;
}
