// The sheet in a card that transfers the call: at once, or after a consultation.

import { problem } from "./call-card.js";
import { NumberField } from "./number-field.js";
import { reason, text } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */
/** @typedef {(name: string, args: Record<string, any>) => Promise<Result>} Ask */

// Longer than a far phone rings. A tab without the phone receives no failure; the text must not
// stay for ever.
const PASSING_MS = 45_000;

/**
 * A card comes and goes with its call, and its field with it.
 * @type {WeakMap<HTMLFormElement, NumberField>}
 */
const fields = new WeakMap();

/** @param {HTMLFormElement} form */
export function numberField(form) {
  const known = fields.get(form);
  if (known) return known;
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[name=to]"));
  const made = new NumberField(input, /** @type {HTMLElement} */ (form.querySelector(".preview")));
  fields.set(form, made);
  import("./people-field.js").then(
    ({ PeopleField }) => new PeopleField(input, { onchoose: (number) => choose(form, number) }),
    () => {}, // the number can also be typed
  );
  return made;
}

/**
 * A colleague's extension is not read again as a number.
 * @param {HTMLFormElement} form @param {string} number
 */
export function choose(form, number) {
  numberField(form).value = number;
  form.dataset.colleague = number;
  /** @type {HTMLElement | null} */ (form.querySelector("button[value=transfer_blind]"))?.focus();
}

/**
 * @param {HTMLElement} frame of all cards
 * @param {Ask} ask
 * @param {(call: string, what: string) => Promise<any>} read what the call's phone system knows
 */
export function wireTransfers(frame, ask, read) {
  frame.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-transfer]")) return;
    event.preventDefault();
    const button =
      /** @type {HTMLButtonElement | null} */ (event.submitter) ?? form.querySelector("button");
    void transfer(form, button?.value ?? "transfer_blind", ask);
  });
  // `toggle` does not bubble.
  frame.addEventListener(
    "toggle",
    ({ target }) => {
      focusOpened(/** @type {Element} */ (target));
      // The number can also be typed.
      import("./colleagues.js").then(
        ({ showColleagues }) => showColleagues(/** @type {HTMLElement} */ (target), read),
        () => {},
      );
    },
    true,
  );
}

/**
 * Focuses the field of an opened transfer, or the first key of an opened keypad.
 * @param {Element | null} details
 */
export function focusOpened(details) {
  if (
    !(details instanceof HTMLDetailsElement) ||
    !details.open ||
    !details.matches(".opens") ||
    details.contains(document.activeElement?.closest(".sheet") ?? null)
  )
    return;
  const form = details.querySelector("form");
  if (form) numberField(form);
  details.querySelector(".sheet")?.scrollIntoView({ block: "nearest" });
  /** @type {HTMLElement | null} */ (details.querySelector(".sheet :is(input, button)"))?.focus({
    preventScroll: true,
  });
}

/** @param {HTMLFormElement} form @param {string} how @param {Ask} ask */
async function transfer(form, how, ask) {
  const card = /** @type {HTMLElement} */ (form.closest(".call"));
  const field = numberField(form);
  if (!field.value) return (field.say(text("transfer.empty"), true), field.field.focus());
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  const number = field.value === form.dataset.colleague ? field.value : await field.read();
  if (number) await send(card, form, how, number, ask);
  form.removeAttribute("aria-busy");
}

/**
 * @param {HTMLElement} card
 * @param {HTMLFormElement} form
 * @param {string} how
 * @param {string} number
 * @param {Ask} ask
 */
async function send(card, form, how, number, ask) {
  problem(card, "");
  passing(card, how === "transfer_blind");
  const result = await ask(how, { call: card.dataset.call, number });
  if (!result.ok) {
    passing(card, false);
    return numberField(form).say(reason(result), true);
  }
  close(card, form);
}

/** @param {HTMLElement} card @param {boolean} on */
function passing(card, on) {
  card.toggleAttribute("data-local-passing", on);
  if (on) setTimeout(() => passing(card, false), PASSING_MS);
}

/** @param {HTMLElement} card @param {HTMLFormElement} form */
function close(card, form) {
  const inside = form.contains(document.activeElement);
  /** @type {HTMLDetailsElement} */ (form.closest("details")).open = false;
  numberField(form).value = "";
  if (inside) card.focus({ preventScroll: true });
}

/**
 * The far end did not take it: the call is the agent's again.
 * @param {HTMLElement} card
 * @param {import("../phone/phone.js").PhoneEvent} event
 */
export function transferFailed(card, { cause, sip_code: status, provider_code: code, sentence }) {
  passing(card, false);
  const refused =
    status || code
      ? text("transfer.refused", { code: status ?? code })
      : text("transfer.refused_plain");
  problem(
    card,
    text("transfer.failed", {
      why: sentence || (cause && text(`cause.placed.${cause}`)) || refused,
    }),
  );
}
