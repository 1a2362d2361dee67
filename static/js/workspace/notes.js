// Notes, saved while they are typed. An unsaved note is kept in this tab and outlives reloads,
// calls and outages.

import { moment } from "../page/clock.js";
import { storageOrMemory } from "../client/event-store.js";
import { reason, text } from "../page/i18n.js";

/** @typedef {import("../phone/phone.js").Result} Result */

const PAUSE_MS = 600;
const AGAIN_MS = 15_000;
// The server may not know the call yet, or cannot be reached: the text waits. All other failures
// are shown.
const WAITING = new Set(["offline", "not_found", "no_call", "failed", "too_many", "error"]);

export class Notes {
  /** @type {Map<string, number>} */
  #timers = new Map();
  /** @type {Set<string>} */
  #saving = new Set();
  #storage = storageOrMemory(() => sessionStorage);
  /** Unsaved texts by call. @type {Map<string, string>} */
  #drafts;

  /**
   * @param {string} user
   * @param {(call: string, text: string) => Promise<Result>} save
   * @param {() => number} now server time
   */
  constructor(user, save, now) {
    this.key = `console.notes.${user}`;
    this.#drafts = new Map(Object.entries(JSON.parse(this.#storage.getItem(this.key) ?? "{}")));
    this.save = save;
    this.now = now;
    document.addEventListener("input", ({ target }) => this.#typed(target));
    document.addEventListener(
      "focusout",
      ({ target }) => target instanceof HTMLTextAreaElement && this.#hurry(target.dataset.note),
    );
    document.addEventListener("console:applied", () => this.#restore());
    addEventListener("pagehide", () => this.flush());
    setInterval(() => this.flush(), AGAIN_MS);
    this.#restore();
    this.flush();
  }

  /** @param {string} call */
  hasDraft(call) {
    return this.#drafts.has(call);
  }

  flush() {
    for (const call of this.#drafts.keys()) void this.#send(call);
  }

  /** @param {string} call @param {string | null} draft null: it is saved */
  #keepDraft(call, draft) {
    if (draft === null) this.#drafts.delete(call);
    else this.#drafts.set(call, draft);
    this.#storage.setItem(this.key, JSON.stringify(Object.fromEntries(this.#drafts)));
  }

  /** @param {EventTarget | null} target */
  #typed(target) {
    if (!(target instanceof HTMLTextAreaElement) || !target.dataset.note) return;
    const call = target.dataset.note;
    this.#keepDraft(call, target.value);
    this.#show(call, text("note.saving"));
    this.#restore();
    clearTimeout(this.#timers.get(call));
    this.#timers.set(
      call,
      setTimeout(() => void this.#send(call), PAUSE_MS),
    );
  }

  /** @param {string | undefined} call */
  #hurry(call) {
    if (call && this.hasDraft(call)) void this.#send(call);
  }

  /** @param {string} call */
  async #send(call) {
    const draft = this.#drafts.get(call);
    if (draft === undefined || this.#saving.has(call)) return;
    clearTimeout(this.#timers.get(call));
    this.#saving.add(call);
    const result = await this.save(call, draft);
    this.#saving.delete(call);
    if (!result.ok) return this.#waits(call, result);
    if (this.#drafts.get(call) !== draft) return void this.#send(call);
    this.#keepDraft(call, null);
    this.#show(call, text("note.saved", { time: moment(this.now()) }));
  }

  /** @param {string} call @param {Result} result */
  #waits(call, result) {
    const waits = WAITING.has(result.code ?? "");
    this.#show(
      call,
      waits ? text("note.kept") : text("note.refused", { sentence: reason(result) }),
      true,
    );
  }

  /**
   * After a push: a draft is newer than what the server sent, and a field that is being typed in is
   * left alone.
   */
  #restore() {
    for (const field of fields()) {
      const draft = this.#drafts.get(field.dataset.note ?? "");
      if (draft !== undefined && field.value !== draft && field !== document.activeElement)
        field.value = draft;
      const status = field.parentElement?.querySelector(".note-status");
      if (draft === undefined && status instanceof HTMLElement && !status.textContent)
        saved(status);
    }
  }

  /** @param {string} call @param {string} sentence @param {boolean} [kept] */
  #show(call, sentence, kept = false) {
    for (const field of fields()) {
      const status =
        field.dataset.note === call && field.parentElement?.querySelector(".note-status");
      if (!status) continue;
      status.textContent = sentence;
      status.toggleAttribute("data-local-kept", kept);
    }
  }
}

const fields = () =>
  /** @type {NodeListOf<HTMLTextAreaElement>} */ (document.querySelectorAll("textarea[data-note]"));

/** @param {HTMLElement} status */
function saved(status) {
  const at = Number(status.dataset.noteAt);
  if (at) status.textContent = text("note.saved", { time: moment(at) });
}
