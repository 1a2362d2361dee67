// The cards of the calls. The server's fragments make them; over them lies what the phone of this
// tab knows already. A card whose call has ended stays, with its note and the typing in it, until
// the agent is done with it.

import {
  alarm,
  field,
  label,
  newCard,
  offerOutcomes,
  problem,
  setAudioMuted,
  setState,
  show,
  showOutcome,
  stopTimer,
} from "./call-card.js";
import { KnownCalls } from "./known-calls.js";
import { arrange, back, complete, consultationOf } from "./second-call.js";
import { reason, text } from "../page/i18n.js";
import { isOpen, microphoneProblems } from "../page/page-data.js";
import { transferFailed, wireTransfers } from "./transfer-sheet.js";

/** @typedef {import("../phone/phone.js").Result} Result */

/**
 * @typedef {object} CallViewOptions
 * @property {(name: string, args: Record<string, any>) => Promise<Result>} command
 * @property {(call: string, what: string) => Promise<any>} read what the call's phone system knows
 * @property {(call: string) => boolean} hasDraft
 * @property {(cards: HTMLElement[], primaryCall?: HTMLElement) => void} onchange after each redraw
 * @property {() => void} ondone the agent has closed the last card, or the one that wrap-up follows
 */

const MOST_ENDED = 3;
/** Buttons that only open something. */
const OPENERS = new Set(["keypad", "transfer", "more", "customer"]);

export class CallView {
  #shown = /** @type {HTMLElement} */ (document.getElementById("calls"));
  #local = /** @type {HTMLElement} */ (document.getElementById("local-calls"));
  #known = new KnownCalls();
  /**
   * Calls whose cards the agent has closed: a push that left before that brings none back.
   * @type {Set<string | undefined>}
   */
  #closed = new Set();
  /**
   * The state in which a card was clicked last: the second half of a double click must not hit the
   * button that took its place.
   */
  #clicked = "";
  /**
   * The call in front; on a narrow page its bar stays at the bottom.
   * @type {HTMLElement | undefined}
   */
  primaryCall;

  /** @param {CallViewOptions} options */
  constructor(options) {
    this.options = options;
    const frame = /** @type {HTMLElement} */ (document.getElementById("cards"));
    frame.addEventListener("click", (event) => this.#click(event));
    frame.addEventListener("keydown", (event) => this.#key(event));
    wireTransfers(frame, options.command, options.read);
    document.addEventListener("htmx:before:swap", (event) =>
      this.#beforeSwap(/** @type {CustomEvent} */ (event).detail.tasks ?? []),
    );
    document.addEventListener("console:applied", () => this.#applied());
    this.#applied();
    frame.closest("main")?.removeAttribute("data-arranging");
  }

  /** @returns {HTMLElement[]} */
  get cards() {
    return [...document.querySelectorAll("#cards .call")].filter(
      (card) => card instanceof HTMLElement,
    );
  }

  get live() {
    return this.cards.filter((card) => isOpen(card.dataset.state));
  }

  /** The element that takes the focus when nothing nearer is left. */
  get home() {
    const idle = document.getElementById("no-call");
    const card = this.primaryCall ?? this.cards.at(-1);
    return card ?? (idle?.checkVisibility() ? idle : document.getElementById("calls-title"));
  }

  /** @param {import("../phone/phone.js").PhoneEvent} event */
  phone(event) {
    const card = this.#card(event.call ?? "");
    if (event.type === "transfer_failed" && card) transferFailed(card, event);
    if (event.type === "mute_mismatch" && card)
      alarm(card, event.over ? "" : text(event.asked ? "alarm.muted" : "alarm.unmuted"));
    if ((event.type === "muted" || event.type === "unmuted") && card) alarm(card, "");
    if (this.#known.note(event)) this.#applied();
  }

  /**
   * Shows the status of this tab's phone.
   * @param {{calls: string[], audioMuted?: string[], microphone: string}} status
   */
  status({ calls, audioMuted = [], microphone }) {
    for (const card of this.live) {
      const own = calls.includes(card.dataset.call ?? "");
      setAudioMuted(card, audioMuted.includes(card.dataset.call ?? ""));
      const gone =
        own && card.dataset.state === "active" && Object.hasOwn(microphoneProblems(), microphone);
      if (gone !== card.hasAttribute("data-local-silenced"))
        alarm(card, gone ? text("alarm.microphone") : "");
      card.toggleAttribute("data-local-silenced", gone);
    }
  }

  /** The phone has left this tab. Cards of its calls that the server does not show go with it. */
  phoneGone() {
    this.#known.forget();
    for (const card of [...this.#local.children]) {
      if (card instanceof HTMLElement && isOpen(card.dataset.state)) card.remove();
    }
    this.#applied();
  }

  /**
   * Before the morph, a card that stays is put where the morph looks for it, and one that it would
   * remove out of its reach.
   * The pushed fragment takes up the phone's knowledge: no card goes back to an older state.
   * @param {any[]} tasks
   */
  #beforeSwap(tasks) {
    const task = tasks.find(({ target }) => target === this.#shown);
    if (!task) return;
    for (const card of task.fragment.querySelectorAll(".call")) {
      const known = this.#known.calls.get(card.dataset.call);
      if (known) show(card, known);
      if (card.dataset.state === "ended" && this.#closed.has(card.dataset.call)) card.remove();
    }
    const next = new Set([...task.fragment.querySelectorAll(".call")].map((card) => card.id));
    for (const card of this.cards) {
      if (next.has(card.id) && card.parentElement === this.#local) move(card, this.#shown);
      else if (!next.has(card.id) && card.parentElement === this.#shown) this.#over(card);
    }
  }

  /** @param {HTMLElement} card the server shows it no more: its call has ended */
  #over(card) {
    if (card.dataset.state === "ringing" && !this.#inUse(card)) return;
    setState(card, "ended");
    stopTimer(card);
    move(card, this.#local);
    const ended = [...this.#local.children].filter(
      (other) => other instanceof HTMLElement && other.dataset.state === "ended",
    );
    for (const old of ended.slice(0, -MOST_ENDED))
      if (!old.contains(document.activeElement)) old.remove();
  }

  /** Somebody is in one of its fields, or has written in one. @param {HTMLElement} card */
  #inUse(card) {
    const { activeElement } = document;
    return (
      (activeElement !== card && card.contains(activeElement)) ||
      this.options.hasDraft(card.dataset.call ?? "")
    );
  }

  #applied() {
    for (const [key, known] of this.#known.calls) this.#overlay(key, known);
    for (const card of this.cards) {
      label(card);
      offerOutcomes(/** @type {HTMLElement} */ (card.querySelector(".outcome")));
      if (card.dataset.state === "ended") (alarm(card, ""), showOutcome(card));
    }
    this.primaryCall = arrange(this.cards, this.live);
    this.options.onchange(this.cards, this.primaryCall);
  }

  /** @param {string} key @param {import("./call-card.js").Known} known */
  #overlay(key, known) {
    const card = this.#card(key);
    if (card) show(card, known);
    else if (known.state !== "ended") {
      const made = newCard(key, known);
      show(made, known);
      this.#local.append(made);
    }
    if (known.state === "ended" && card?.parentElement !== this.#shown)
      this.#forgetEnded(key, card, known);
  }

  /**
   * @param {string} key
   * @param {HTMLElement | undefined} card
   * @param {import("./call-card.js").Known} known
   */
  #forgetEnded(key, card, known) {
    this.#known.calls.delete(key);
    if (card && !known.answered && !known.placed && !this.#inUse(card)) card.remove();
  }

  /** @param {string} key */
  #card(key) {
    return this.cards.find((card) => card.dataset.call === key);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = /** @type {Element} */ (event.target).closest("[data-command]");
    const card = /** @type {HTMLElement | null | undefined} */ (button?.closest(".call"));
    if (!(button instanceof HTMLElement) || !card) return;
    const { command = "", tone } = button.dataset;
    const state = `${card.id} ${card.dataset.state}`;
    if (event.detail > 1 && command !== "dtmf" && state !== this.#clicked) return;
    this.#clicked = state;
    if (command === "close") this.#close(card);
    else if (command === "dtmf") void this.#tone(card, tone ?? "");
    else if (!OPENERS.has(command)) void this.#ask(card, button, command);
  }

  /** Digits on the keyboard, while the keypad is open. @param {KeyboardEvent} event */
  #key(event) {
    const keypad = /** @type {Element} */ (event.target).closest(".keypad[open]");
    const card = /** @type {HTMLElement | null | undefined} */ (keypad?.closest(".call"));
    if (card && /^[\d*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey)
      void this.#tone(card, event.key);
  }

  /** @param {HTMLElement} card @param {HTMLElement} button @param {string} command */
  async #ask(card, button, command) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    problem(card, "");
    if (command === "answer") writeNote(card);
    const result = await this.#command(card, command);
    button.removeAttribute("aria-busy");
    if (result.ok) return;
    card.removeAttribute("data-local-answering");
    problem(card, reason(result));
  }

  /** @param {HTMLElement} card @param {string} command @returns {Promise<Result>} */
  #command(card, command) {
    const ask = this.options.command;
    const pair = consultationOf(card, this.live);
    if (pair && command === "transfer_attended") return complete(pair, ask);
    if (pair && command === "back") return back(pair, ask);
    return ask(command, { call: card.dataset.call });
  }

  /** @param {HTMLElement} card @param {string} tone */
  async #tone(card, tone) {
    const sent = field(card, "tones");
    if (sent) sent.textContent = `${sent.textContent}${tone}`.slice(-24);
    const result = await this.options.command("dtmf", { call: card.dataset.call, tones: tone });
    if (!result.ok) problem(card, reason(result));
  }

  /** @param {HTMLElement} card */
  #close(card) {
    // The server shows the card that wrap-up follows for as long as wrap-up lasts.
    const wrapsUp = card.parentElement === this.#shown;
    this.#closed.add(card.dataset.call);
    card.remove();
    this.#applied();
    if (wrapsUp || !this.cards.length) this.options.ondone();
  }
}

/** Skips touch screens, where the keyboard would cover the call. @param {HTMLElement} card */
function writeNote(card) {
  card.toggleAttribute("data-local-answering", true); // shows the note, which may take the focus
  const note = matchMedia("(pointer: coarse)").matches ? null : card.querySelector("textarea");
  (note ?? card).focus();
}

/**
 * Keeps focus and selection where the browser can.
 * @param {HTMLElement} card
 * @param {HTMLElement & {moveBefore?: (node: Node, child: Node | null) => void}} parent
 */
function move(card, parent) {
  const focused = card.contains(document.activeElement)
    ? /** @type {HTMLElement} */ (document.activeElement)
    : null;
  if (parent.moveBefore) parent.moveBefore(card, null);
  else parent.append(card);
  if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
}
