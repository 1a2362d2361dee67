// Shows where the phone is and whether it works: the banner, the header's chip and the take-over.

import { moment } from "../page/clock.js";
import { problemsOf, bannerProblems } from "../phone/line-info.js";
import { text } from "../page/i18n.js";

/** @typedef {import("../client/tab-owner.js").Ownership} Ownership */
/** @typedef {import("../phone/phone.js").PhonesStatus} Status */

// A restart of the server or a change of network is over sooner: no banner for it.
const PATIENCE_MS = 2500;
const TOO_MANY = 4429;
const TAKE_OVER = new Set(["follower", "none"]);
/** @typedef {import("../phone/line-info.js").Line} Line */

/**
 * @typedef {object} PhoneStatusOptions
 * @property {(how: {call?: "end"}) => boolean} takeOver
 * @property {() => boolean} onCall
 * @property {() => Promise<unknown>} takeVoice
 * @property {() => Promise<unknown>} tryAgain
 * @property {Line[]} lines
 */

const element = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id));

export class PhoneStatus {
  /** @type {Ownership | null} */
  #ownership = null;
  /** @type {Status | null} */
  #status = null;
  /**
   * `code`: of the goodbye that began the absence.
   * @type {{state: string, since: number, code?: number}}
   */
  #link = { state: "connecting", since: performance.now() };
  /** Since when there is a problem of the phone to show; 0: there is none. */
  #troubled = 0;
  #banner = element("banner");
  #dialog = /** @type {HTMLDialogElement} */ (element("take-over"));

  /** @param {PhoneStatusOptions} options */
  constructor(options) {
    this.options = options;
    element("take-over-button").addEventListener("click", () => this.#askForPhone());
    const voice = element("take-voice-button");
    voice.addEventListener("click", () => void pressedOnce(voice, this.options.takeVoice));
    const again = element("phone-again-button");
    again.addEventListener("click", () => void pressedOnce(again, this.options.tryAgain));
    this.#dialog.addEventListener("click", ({ target }) =>
      this.#choose(/** @type {HTMLElement} */ (target).closest("[data-choice]")),
    );
    this.#draw();
  }

  /** @param {Ownership} ownership */
  owner(ownership) {
    this.#ownership = ownership;
    if (ownership.state !== "follower") this.#dialog.close();
    this.#draw();
  }

  /** @param {{state: string, since: number, code?: number}} link */
  link(link) {
    const same = this.offline && link.state !== "online";
    const { since, code } = same ? this.#link : { since: performance.now(), code: undefined };
    this.#link = { state: link.state, since, code: link.code ?? code };
    setTimeout(() => this.#draw(), PATIENCE_MS + 100);
    this.#draw();
  }

  /** @param {Status} status */
  status(status) {
    this.#status = status;
    if (!this.#shownProblems.length) this.#troubled = 0;
    else if (!this.#troubled) {
      this.#troubled = performance.now();
      setTimeout(() => this.#draw(), PATIENCE_MS + 100);
    }
    this.#draw();
  }

  get offline() {
    return this.#link.state !== "online";
  }

  get owned() {
    return this.#ownership?.state === "owner" || this.#ownership?.state === "fenced";
  }

  #askForPhone() {
    const { on_call: talks, why } = this.#ownership?.holder ?? {};
    this.#dialog.dataset.holder = why === "silent" ? "silent" : "";
    if (!talks && (this.#talksHere || !this.options.onCall()))
      return void this.options.takeOver({});
    this.#dialog.showModal();
    // Nothing that ends a call is pressed by a hasty Enter.
    if (why === "silent") element("take-over-cancel").focus();
  }

  /** A call goes on in this tab, whose phone has moved on. */
  get #talksHere() {
    return !this.owned && Boolean(this.#status?.calls.length);
  }

  /** @param {Element | null} option */
  #choose(option) {
    if (!(option instanceof HTMLElement)) return;
    this.#dialog.close();
    if (option.dataset.choice === "end") this.options.takeOver({ call: "end" });
  }

  #draw() {
    const kind = this.#kind();
    this.#banner.hidden = !kind;
    if (this.#banner.dataset.kind !== kind) this.#banner.dataset.kind = kind;
    write("banner-text", this.#words(kind));
    element("take-over-button").hidden = !TAKE_OVER.has(kind);
    element("take-voice-button").hidden = kind !== "elsewhere";
    element("phone-again-button").hidden = kind !== "phone";
    this.#drawChip();
    element("sound").hidden = !(
      this.owned &&
      this.#status &&
      Object.keys(this.#status.connections).length &&
      !this.#status.audible
    );
  }

  /** The most important thing to know, one at a time. */
  #kind() {
    const state = this.#ownership?.state ?? "";
    if (state === "fenced" || state === "taking") return state;
    if (this.offline) return performance.now() - this.#link.since > PATIENCE_MS ? "offline" : "";
    if (TAKE_OVER.has(state)) return state;
    if (!this.owned) return "";
    if (this.#status?.elsewhere) return "elsewhere";
    const now = this.#shownProblems.some(({ lasting }) => lasting);
    return now || (this.#troubled && performance.now() - this.#troubled > PATIENCE_MS)
      ? "phone"
      : "";
  }

  /** @param {string} kind */
  #words(kind) {
    const { place, since, why } = this.#ownership?.holder ?? {};
    if (kind === "phone") return this.#sentences(this.#shownProblems);
    if (kind === "offline" && !this.owned && this.#link.code === TOO_MANY)
      return text("link.too_many");
    if (kind === "offline") return text(this.owned ? "link.offline" : "link.offline_follower");
    if (kind !== "follower") return kind && text(`owner.${kind}`);
    if (this.#talksHere) return text("owner.talks_here");
    if (why === "silent") return text("owner.silent", { place: place || "" });
    return place && since
      ? text("owner.follower", { place, time: moment(since) })
      : text("owner.follower_somewhere");
  }

  #drawChip() {
    const phone = this.#phone();
    element("phone-chip").dataset.phone = phone;
    // This tab may know of a loss before the server does: it shows the agent as less reachable,
    // never as more.
    const down = this.owned && this.#status !== null && !this.#status.registered;
    document.documentElement.toggleAttribute("data-local-phone-down", down);
    write("phone-word", text(`phone.${phone}`));
    write("fact-phone", this.#problem || text(`phone.${phone}`));
    for (const place of document.querySelectorAll("[data-line-state]"))
      this.#drawLine(/** @type {HTMLElement} */ (place));
    write(
      "fact-microphone",
      this.owned ? text(`microphone.${this.#status?.microphone ?? "unknown"}`) : "–",
    );
    write("fact-sound", this.owned ? text(this.#status?.audible ? "sound.on" : "sound.off") : "–");
    const { place } = this.#ownership?.holder ?? {};
    write("fact-owner", this.owned ? text("owner.here") : place || "–");
    write("fact-link", text(this.offline ? "link.connecting" : "link.online"));
  }

  get #problems() {
    return this.owned ? problemsOf(this.options.lines, this.#status?.connections ?? {}) : [];
  }

  get #shownProblems() {
    return bannerProblems(this.#problems, this.#status?.registered ?? false);
  }

  /**
   * Names the line where there are several.
   * @param {import("../phone/line-info.js").Problem[]} problems
   */
  #sentences(problems) {
    const several = this.options.lines.length > 1;
    return problems
      .map(({ line, words }) => (several ? `${line.name}: ${words}` : words))
      .join(" ");
  }

  /** Why the phone does not work, where that is known. */
  get #problem() {
    const { registered = false, blocked = "" } = (this.owned && this.#status) || {};
    const words = this.#sentences(bannerProblems(this.#problems, registered));
    return words || (blocked ? text("phone.blocked", { host: blocked }) : "");
  }

  /** One of several lines. @param {HTMLElement} place */
  #drawLine(place) {
    const status = this.#status?.connections[place.dataset.lineState ?? ""];
    const [problem] = problemsOf(
      this.options.lines.filter(({ connection }) => connection === place.dataset.lineState),
      this.#status?.connections ?? {},
    );
    const state =
      status && (problem?.words ?? text(status.registered ? "line.ready" : "line.unregistered"));
    const words = (this.owned && state) || "";
    if (place.textContent !== words) place.textContent = words;
  }

  #phone() {
    const { state } = this.#ownership ?? {};
    if (!this.options.lines.length) return "none";
    if (state === "follower") return "elsewhere";
    if (this.owned && this.#status?.registered) return "ready";
    return state && state !== "taking" && this.#status ? "unregistered" : "connecting";
  }
}

/**
 * Writes only a new text: screen readers repeat a status region that is written again.
 * @param {string} id
 * @param {string} words
 */
function write(id, words) {
  const place = element(id);
  if (place.textContent !== words) place.textContent = words;
}

/**
 * A second press while the first is under way means the same.
 * @param {HTMLElement} button
 * @param {() => Promise<unknown>} work
 */
async function pressedOnce(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  await work();
  button.removeAttribute("aria-busy");
}
