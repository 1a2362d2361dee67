// The customer of the primary call: requested once per call, shown beside it. Typed text is never
// replaced.

import { field } from "./call-card.js";
import { apply } from "../page/fragments.js";
import { post } from "../page/http.js";
import { text } from "../page/i18n.js";

const PATIENCE_MS = 8000;

export class Customer {
  #frame = /** @type {HTMLElement} */ (document.getElementById("customer"));
  #title = /** @type {HTMLElement} */ (document.getElementById("customer-title"));
  #asking = new AbortController();
  /**
   * The call in front, and the one that the agent has asked for.
   * @type {HTMLElement | undefined}
   */
  #front;
  /** @type {HTMLElement | undefined} */
  #chosen;
  /** Whom the panel shows, and how the card named them when it was asked for. */
  #shown = "";
  #name = "";
  /** Unsaved text for other customers. @type {Map<string, string>} */
  #drafts = new Map();

  constructor() {
    this.#frame.addEventListener(
      "submit",
      (event) => (
        event.preventDefault(),
        void this.#save(/** @type {HTMLFormElement} */ (event.target))
      ),
    );
    this.#frame.addEventListener("focusout", () => setTimeout(() => this.#follow()));
    document.addEventListener("click", ({ target }) =>
      this.#press(/** @type {Element} */ (target)),
    );
  }

  /** @param {HTMLElement[]} cards */
  show(cards) {
    const front = cards.find((card) => card.dataset.localRow === "front");
    if (front !== this.#front || !this.#chosen?.isConnected) this.#chosen = undefined;
    this.#front = front;
    this.#follow();
  }

  /** The server can be reached again. */
  again() {
    if (this.#frame.dataset.state === "error") void this.#load(this.#wanted);
  }

  get #wanted() {
    return this.#chosen ?? this.#front;
  }

  get #body() {
    return /** @type {HTMLElement} */ (document.getElementById("customer-body"));
  }

  get #dirty() {
    const changed = (/** @type {HTMLInputElement} */ input) =>
      input.type === "checkbox"
        ? input.checked !== input.defaultChecked
        : input.value !== input.defaultValue;
    return [...this.#body.querySelectorAll("input")].filter(changed);
  }

  #follow() {
    const card = this.#wanted;
    const other = key(card) !== this.#shown;
    const busy = this.#body.contains(document.activeElement) || this.#dirty.length > 0;
    const held = other && busy && Boolean(card);
    this.#frame.toggleAttribute("data-held", held);
    if (!busy && (other || this.#stale(card))) void this.#load(card);
  }

  /**
   * The card has a new name, and not from what is shown here.
   * @param {HTMLElement | undefined} card
   */
  #stale(card) {
    return (
      this.#frame.dataset.state === "ready" &&
      nameOf(card) !== this.#name &&
      nameOf(card) !== this.#body.dataset.label
    );
  }

  /** @param {HTMLElement | undefined} card */
  async #load(card) {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    const other = key(card) !== this.#shown;
    [this.#shown, this.#name] = [key(card), nameOf(card)];
    if (other || this.#frame.dataset.state === "error")
      this.#frame.dataset.state = card ? "loading" : "none";
    if (other) for (const { id, value } of this.#dirty) if (id) this.#drafts.set(id, value);
    if (other) this.#body.replaceChildren();
    if (!card) return;
    const html = await ask(card, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    if (signal.aborted) return;
    const inside = this.#body.contains(document.activeElement);
    if (html && !other && this.#dirty.length) return; // typed meanwhile
    this.#frame.dataset.state = html ? "ready" : "error";
    await apply(html);
    this.#restore();
    if (inside) (this.#body.querySelector("h3") ?? this.#title).focus({ preventScroll: true });
  }

  #restore() {
    for (const [id, draft] of this.#drafts) {
      const input = document.getElementById(id);
      // typed since it came
      if (!(input instanceof HTMLInputElement) || input.value !== input.defaultValue) continue;
      this.#drafts.delete(id);
      input.value = draft;
      input.closest("details")?.setAttribute("open", "");
    }
  }

  /** @param {HTMLFormElement} form */
  async #save(form) {
    const input = /** @type {HTMLInputElement} */ (form.querySelector("[name=name]"));
    const mine = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=mine]"));
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const sent = {
      number: this.#body.dataset.number,
      contact: form.dataset.contact,
      name: input.value,
      ...(mine && { mine: mine.checked }),
    };
    const { ok, body } = await post("/customers", sent);
    form.ariaBusy = "false";
    input.setAttribute("aria-invalid", String(!ok));
    const problem = /** @type {HTMLElement} */ (form.querySelector(".problem"));
    problem.textContent = ok ? "" : (body?.sentence ?? text("result.offline"));
    problem.hidden = ok;
    if (!ok) return void (form.contains(document.activeElement) && input.focus());
    input.defaultValue = sent.name;
    if (mine) mine.defaultChecked = Boolean(sent.mine);
    if (form.isConnected && !this.#dirty.length) void this.#load(this.#cardShown);
  }

  get #cardShown() {
    return [this.#chosen, this.#front].find((card) => key(card) === this.#shown);
  }

  /** @param {Element} target */
  #press(target) {
    const button = target.closest("button");
    if (button?.dataset.command === "customer")
      this.#choose(/** @type {HTMLElement} */ (button.closest(".call")));
    else if (button?.id === "customer-toggle") this.#open(!this.#frame.hasAttribute("data-open"));
    else if (button?.id === "customer-again" || button?.id === "customer-next")
      (void this.#load(this.#wanted), this.#title.focus());
  }

  /** @param {HTMLElement} card */
  #choose(card) {
    this.#chosen = card;
    this.#open(true);
    this.#title.focus({ preventScroll: true });
    this.#frame.scrollIntoView({ block: "nearest" });
    this.#follow();
  }

  /** @param {boolean} open */
  #open(open) {
    this.#frame.toggleAttribute("data-open", open);
    document.getElementById("customer-toggle")?.setAttribute("aria-expanded", String(open));
  }
}

/** The phone knows a call before its caller. @param {HTMLElement | undefined} card */
const key = (card) => (card ? `${card.dataset.call} ${Boolean(card.dataset.number)}` : "");

/** @param {HTMLElement | undefined} card */
const nameOf = (card) => (card && field(card, "name")?.textContent) ?? "";

/**
 * @param {HTMLElement} card
 * @param {AbortSignal} signal
 * @returns {Promise<string>} empty : there is no answer
 */
async function ask({ dataset }, signal) {
  const query = new URLSearchParams({ call: dataset.call ?? "", number: dataset.number ?? "" });
  try {
    const response = await fetch(`/customers?${query}`, {
      headers: { "HX-Request": "true" },
      signal,
    });
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}
