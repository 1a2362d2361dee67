// The card of one call: its attributes choose what it shows; its markup holds the words of all
// states.

import { serverNow } from "../client/server-clock.js";
import { text } from "../page/i18n.js";

/** @typedef {"dialing" | "ringing" | "active" | "held" | "ended"} State */

/**
 * A call as the phone in this tab knows it, in the words of a card.
 * @typedef {object} Known
 * @property {State} state
 * @property {string} direction
 * @property {number} line 1 or 2
 * @property {string} consults the call that this one, a consultation, is about
 * @property {boolean} placed by the agent; the direction of an internal call hides that
 * @property {string} number
 * @property {string} name
 * @property {string} hotline the organisation's own number that the customer has called
 * @property {boolean} muted
 * @property {number} started
 * @property {number} [answered]
 * @property {number} [heldSince]
 * @property {string} [heldBy]
 * @property {number} [ended]
 * @property {string} [cause]
 * @property {string} [sentence] the phone system's own words for it
 */

/** @param {string} name @param {Element} card @returns {HTMLElement | null} */
export const field = (card, name) => card.querySelector(`[data-field="${name}"]`);

/** @param {Element} card */
export const numberOf = (card) =>
  [field(card, "name"), field(card, "number")]
    .map((part) => part?.textContent?.trim())
    .filter(Boolean)
    .join(" ");

/** Short: the name, or else the number. @param {Element} card */
export const nameOf = (card) =>
  ["name", "number"].map((part) => field(card, part)?.textContent?.trim()).find(Boolean) ?? "";

/**
 * A card for a call that the server has not shown yet.
 * @param {string} key
 * @param {Known} known
 * @returns {HTMLElement}
 */
export function newCard(key, known) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("call-template"));
  const card = /** @type {HTMLElement} */ (template.content.cloneNode(true)).querySelector(
    "article",
  );
  if (!card) throw new Error("no template for calls");
  for (const element of [card, ...card.querySelectorAll("[id], [for], [name]")]) {
    for (const name of ["id", "for", "name", "aria-labelledby", "aria-describedby"]) {
      if (element.getAttribute(name)?.endsWith("-"))
        element.setAttribute(name, element.getAttribute(name) + key);
    }
  }
  card.dataset.call = key;
  const note = card.querySelector("textarea");
  if (note) note.dataset.note = key;
  write(card, "name", known.name);
  write(card, "number", text("unknown_number"));
  card.dataset.direction = known.direction;
  card.dataset.placed = String(known.placed);
  card.dataset.line = String(known.line);
  card.dataset.consults = known.consults;
  write(card, "line", text("line", { number: known.line }));
  return card;
}

/** @param {Element} card @param {string} name @param {string} words */
export function write(card, name, words) {
  const element = field(card, name);
  if (element && element.textContent !== words) element.textContent = words;
}

/**
 * Shows the phone's knowledge, which is newer than the server's.
 * @param {HTMLElement} card
 * @param {Known} known
 */
export function show(card, known) {
  setState(card, known.state);
  card.dataset.muted = String(known.muted);
  card.dataset.heldBy = known.state === "held" ? (known.heldBy ?? "agent") : "";
  if (known.number && !card.dataset.number) {
    card.dataset.number = known.number;
    write(card, "number", known.number);
  }
  if (known.hotline) write(card, "hotline", text("hotline", { number: known.hotline }));
  if (known.cause) card.dataset.localCause = known.cause;
  if (known.sentence) card.dataset.localSentence = known.sentence;
  const timer = /** @type {HTMLElement | null} */ (card.querySelector(".call-head > .timer"));
  if (timer) setTimes(timer, known.answered ?? known.started, known.ended);
  for (const held of card.querySelectorAll(".held-timer"))
    setTimes(/** @type {HTMLElement} */ (held), known.heldSince);
  label(card);
}

/** @param {HTMLElement} card */
export function stopTimer(card) {
  const timer = /** @type {HTMLElement | null} */ (card.querySelector(".call-head > .timer"));
  if (timer?.dataset.since) timer.dataset.until ||= String(serverNow());
}

/** @param {HTMLElement} card @param {State} state */
export function setState(card, state) {
  if (card.dataset.state !== state) {
    problem(card, "");
    if (state === "ended") alarm(card, "");
  }
  card.dataset.state = state;
}

/** Sets the commands of the two toggles. @param {HTMLElement} card */
export function label(card) {
  const { muted, state, heldBy } = card.dataset;
  const mute = /** @type {HTMLElement | null} */ (card.querySelector('[data-toggle="mute"]'));
  const hold = /** @type {HTMLElement | null} */ (card.querySelector('[data-toggle="hold"]'));
  if (mute) mute.dataset.command = muted === "true" ? "unmute" : "mute";
  if (hold) hold.dataset.command = state === "held" && heldBy !== "remote" ? "unhold" : "hold";
  quieten(card);
}

/**
 * Greys out commands that the phone system does not offer; when pressed, they give the reason.
 * @param {HTMLElement} card
 */
function quieten(card) {
  const lacks = (card.dataset.lacks ?? "").split(" ");
  for (const button of card.querySelectorAll("button, summary")) {
    const { command, needs = command } = /** @type {HTMLElement} */ (button).dataset;
    const quiet = lacks.includes(needs ?? button.getAttribute("value") ?? "");
    if (quiet) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

/** @param {HTMLElement} timer @param {number | undefined} since @param {number} [until] */
function setTimes(timer, since, until) {
  timer.dataset.since = String(since ?? "");
  if (until) timer.dataset.until = String(until);
  else delete timer.dataset.until;
}

/** @param {Element} card @param {string} sentence empty: it is solved */
export function problem(card, sentence) {
  const element = field(card, "problem");
  if (!element) return;
  element.hidden = !sentence;
  element.textContent = sentence;
}

/**
 * Shows an urgent sentence in the bar that is always visible.
 * @param {Element} card
 * @param {string} sentence empty: it is over
 */
export function alarm(card, sentence) {
  const element = field(card, "alarm");
  if (!element || element.textContent === sentence) return;
  element.hidden = !sentence;
  element.textContent = sentence;
}

/** @param {HTMLElement} card @param {boolean} muted the agent does not hear this call */
export function setAudioMuted(card, muted) {
  card.toggleAttribute("data-local-audio-muted", muted);
  const button = /** @type {HTMLElement | null} */ (card.querySelector('[data-toggle="audio"]'));
  if (button) button.dataset.command = muted ? "unmute_audio" : "mute_audio";
}

/**
 * Shows how the call ended and with whom: in the list's words once the call is there, before that
 * in the phone's.
 * @param {HTMLElement} card
 */
export function showOutcome(card) {
  const row = document.querySelector(`#recent [data-key="${CSS.escape(card.dataset.call ?? "")}"]`);
  const name = row?.querySelector("b")?.textContent;
  if (name) write(card, "name", name);
  const cause = card.dataset.localCause;
  const placed = card.dataset.placed === "true" ? "placed" : "received";
  const words =
    (row instanceof HTMLElement && row.dataset.sentence) ||
    card.dataset.localSentence ||
    (cause && text(`cause.${placed}.${cause}`));
  if (words) write(card, "outcome", words);
}

export const outcomeList = () => document.getElementById("outcomes");

/** @param {EventTarget | null} target @returns {HTMLInputElement | null} */
export function chipOf(target) {
  const label = target instanceof Element ? target.closest(".outcome-choice") : null;
  return label?.querySelector("input") ?? null;
}

/** Copies the list into the group, unless it has it already. @param {HTMLElement} group */
export function offerOutcomes(group) {
  const prototype = outcomeList()?.querySelector(".outcome");
  const offered = [...(prototype?.querySelectorAll("label") ?? [])].map(signature).join();
  if (!prototype || group.dataset.localOffered === offered) return;
  const focused = group.contains(document.activeElement) && chipOf(document.activeElement)?.value;
  const key = group.id.replace(/^outcome-/, "");
  const copy = /** @type {HTMLElement} */ (prototype.cloneNode(true));
  for (const element of copy.querySelectorAll("*"))
    for (const name of ["id", "name", "aria-labelledby"])
      if (element.getAttribute(name)?.endsWith("-"))
        element.setAttribute(name, element.getAttribute(name) + key);
  group.replaceChildren(...copy.childNodes);
  group.dataset.localOffered = offered;
  if (typeof focused === "string")
    (group.querySelector(`input[value="${CSS.escape(focused)}"]`) ?? group.querySelector("input"))
      // @ts-expect-error an input
      ?.focus({ preventScroll: true });
}

/** @param {HTMLLabelElement} label */
const signature = (label) => `${chipOf(label)?.value} ${label.textContent}`;
