// The quality of a call: a word and bars on its card and in the bar, the cause in plain words, the
// figures in the phone's menu.

import { field } from "./call-card.js";
import { text } from "../page/i18n.js";

/**
 * @typedef {object} Measured
 * @property {string} [level]
 * @property {number | null} [loss_pct]
 * @property {number | null} [jitter_ms]
 * @property {number | null} [rtt_ms]
 */
/**
 * @typedef {import("../phone/phone.js").PhoneEvent & Measured} Quality
 */

const element = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id));

export class QualityView {
  /** The last report of each call's phone. @type {Map<string, Quality>} */
  #heard = new Map();

  /** @param {Quality} event */
  update(event) {
    if (event.type === "quality" && event.call) this.#heard.set(event.call, event);
  }

  /**
   * After anything may look different.
   * @param {HTMLElement[]} cards
   * @param {HTMLElement | undefined} primaryCall
   */
  draw(cards, primaryCall) {
    const present = new Set(cards.map((card) => card.dataset.call ?? ""));
    for (const call of this.#heard.keys()) if (!present.has(call)) this.#heard.delete(call);
    for (const card of cards) this.#drawCard(card);
    this.#drawBar(primaryCall);
  }

  /**
   * Keeps the server's level where this tab's phone has reported none.
   * @param {HTMLElement} card
   */
  #drawCard(card) {
    const heard = this.#heard.get(card.dataset.call ?? "");
    const mark = field(card, "quality");
    if (!mark) return;
    const talking = card.dataset.state === "active";
    if (talking && !heard) return;
    show(mark, talking ? (heard?.level ?? "") : "");
    write(
      field(card, "quality-why"),
      talking && heard?.level !== "good" ? text(`quality.cause.${heard?.cause}`) : "",
    );
  }

  /** @param {HTMLElement | undefined} primaryCall */
  #drawBar(primaryCall) {
    const mark =
      primaryCall && primaryCall.dataset.state !== "ended" ? field(primaryCall, "quality") : null;
    const level = mark?.dataset.level ?? "";
    const heard = this.#heard.get(primaryCall?.dataset.call ?? "");
    show(element("bar-quality"), level);
    const why =
      level && level !== "good" && primaryCall
        ? field(primaryCall, "quality-why")?.textContent
        : "";
    const word = element("fact-quality");
    /** @type {HTMLElement} */ (word.closest("div")).hidden = !level;
    write(word, level && text(`quality.${level}`));
    write(element("fact-quality-why"), why || "");
    write(
      element("fact-quality-numbers"),
      heard && level ? text("quality.facts", numbers(heard)) : "",
    );
  }
}

/** Writes a dash for a missing figure. @param {Quality} heard */
function numbers({ loss_pct: loss, jitter_ms: jitter, rtt_ms: rtt }) {
  const whole = (/** @type {number | null | undefined} */ number) =>
    number == null ? "–" : Math.round(number);
  return {
    loss: loss == null ? "–" : `${Math.round(loss * 10) / 10} %`,
    jitter: whole(jitter),
    rtt: whole(rtt),
  };
}

/** @param {HTMLElement} mark @param {string} level */
function show(mark, level) {
  if (mark.dataset.level !== level) mark.dataset.level = level;
  write(mark.querySelector(".quality-word"), level && text(`quality.${level}`));
}

/** @param {Element | null} place @param {string} words */
function write(place, words) {
  if (place && place.textContent !== words) place.textContent = words;
}
