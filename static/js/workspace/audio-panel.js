// Devices, levels and the test call, in the phone's menu and in the settings. The phone's frame
// carries them out.

import { PLACES } from "./audio-choice.js";
import { NotifyChoice } from "./notify-choice.js";
import { text } from "../page/i18n.js";

/** @typedef {import("./audio-choice.js").Place} Place */
/** @typedef {{kind: string, id: string, label: string}} Device */

/**
 * @typedef {object} AudioOptions
 * @property {import("./audio-choice.js").AudioChoice} choice
 * @property {(what: string) => Promise<any> | undefined} read asks the phone of this tab
 * @property {(message: {type: string, [field: string]: any}) => void} broadcast to all phones
 * @property {() => boolean} here the phone is in this tab
 * @property {() => boolean} onCall
 * @property {() => boolean} watched the settings page shows the levels
 * @property {(sentence: string) => void} showNotice works also while the menu is closed
 */

const AUDIBLE = 0.03;
const KINDS = { microphone: "audioinput", speaker: "audiooutput", ringer: "audiooutput" };

/** @type {Record<string, string>} */
const REFUSALS = {
  microphone_denied: "result.microphone_denied",
  no_microphone: "result.no_microphone",
  microphone_busy: "result.microphone_busy",
  not_allowed_now: "test.busy",
};

const element = (/** @type {string} */ id) =>
  /** @type {HTMLElement} */ (document.getElementById(id));

export class AudioPanel {
  #menu = document.getElementById("phone-menu");
  #fold = /** @type {HTMLDetailsElement | null} */ (document.getElementById("sound-fold"));
  #form = /** @type {HTMLFormElement} */ (element("audio"));
  #fields = /** @type {HTMLFieldSetElement} */ (element("audio-fields"));
  #button = element("audio-test");
  #open = false;

  /** @param {AudioOptions} options */
  constructor(options) {
    this.options = options;
    new NotifyChoice(); // beside the devices on both pages
    options.choice.onsaved = (saved) => this.#note(saved ? "" : text("audio.unsaved"));
    this.#menu?.addEventListener(
      "toggle",
      (event) => void this.#toggled(/** @type {ToggleEvent} */ (event).newState === "open"),
    );
    this.#form.addEventListener("change", ({ target }) =>
      this.#changed(/** @type {HTMLInputElement | HTMLSelectElement} */ (target)),
    );
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#button.addEventListener("click", () => void this.#test());
    element("audio-ring").addEventListener("click", () => void this.options.read("test_ring"));
    this.phone();
    if (!this.#menu || this.#menu.matches(":popover-open")) void this.#toggled(true);
  }

  /** The phone has come or gone. */
  phone() {
    this.#fields.disabled = !this.options.here();
    if (this.#open) void this.#list();
  }

  /** @param {{items?: Device[], lost?: Place[], back?: Place[]}} news */
  devices({ items, lost = [], back = [] }) {
    if (items) this.#fill(items);
    if (lost.length || back.length)
      this.options.showNotice(lost.map((place) => text(`audio.lost.${place}`)).join(" "));
  }

  /** Another tab has chosen. */
  chosen() {
    const { labels, processing, ring_volume: volume } = this.options.choice.forFrame();
    for (const place of PLACES) this.#select(place, labels[place]);
    const field = (/** @type {string} */ name) =>
      /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name));
    field("ring_volume").value = String(volume);
    for (const [name, on] of Object.entries(processing ?? {})) field(name).checked = on;
  }

  /** A device that this page has not listed yet comes with the next list. */
  #select(/** @type {Place} */ place, /** @type {string} */ label) {
    /** @type {HTMLSelectElement} */ (element(`audio-${place}`)).value = label;
    if (this.#open) void this.#list();
  }

  /** How far the test call is. @param {{stage?: string}} news */
  test({ stage }) {
    if (stage === "tone" || stage === "record") this.#say("test.speak");
    if (stage === "play") this.#say("test.listen");
  }

  /** @param {{in?: number, out?: number}} levels */
  levels(levels) {
    if (!this.#open && !this.options.watched())
      return this.options.broadcast({ type: "levels", on: false });
    /** @type {HTMLMeterElement} */ (element("level-microphone")).value = levels.in ?? 0;
    /** @type {HTMLMeterElement} */ (element("level-speaker")).value = levels.out ?? 0;
  }

  /** @param {boolean} open */
  async #toggled(open) {
    this.#open = open;
    // A headset that fails during a call is changed without a search for the list.
    if (open && this.#fold && this.options.onCall()) this.#fold.open = true;
    if (this.options.here())
      this.options.broadcast({ type: "levels", on: open || this.options.watched() });
    if (open) await this.#list();
  }

  async #list() {
    const here = this.options.here();
    this.#fields.disabled = !here;
    const answer = here ? await this.options.read("devices") : null;
    if (answer?.ok) return (this.#fill(answer.items ?? []), this.#note(""));
    this.#note(text(here ? "audio.no_phone" : "audio.elsewhere"));
  }

  /** @param {Device[]} items */
  #fill(items) {
    for (const place of PLACES)
      this.#fillOne(
        place,
        items.filter(
          ({ kind, id }) => kind === KINDS[place] && id !== "default" && id !== "communications",
        ),
      );
    if (!items.some(({ kind }) => kind === "audiooutput")) this.#note(text("audio.unchosen"));
  }

  /**
   * A list that is being used is not taken out of the hand.
   * @param {Place} place
   * @param {Device[]} items
   */
  #fillOne(place, items) {
    const select = /** @type {HTMLSelectElement} */ (element(`audio-${place}`));
    const chosen = this.options.choice.label(place);
    const labels = items.map(
      ({ label }, index) => label || text("audio.nameless", { number: index + 1 }),
    );
    const options = [new Option(text("audio.default"), "")].concat(
      labels.map((label) => new Option(label, label)),
    );
    if (chosen && !labels.includes(chosen))
      options.push(new Option(text("audio.gone", { name: chosen }), chosen));
    const same =
      options.length === select.options.length &&
      options.every(
        ({ value, text }, index) =>
          select.options[index].value === value && select.options[index].text === text,
      );
    if (!same) select.replaceChildren(...options);
    select.value = chosen;
  }

  /** @param {HTMLInputElement | HTMLSelectElement} field */
  #changed({ name, value }) {
    if (name === "ring_volume") this.options.choice.change({ ring_volume: Number(value) });
    else if (PLACES.includes(/** @type {Place} */ (name)))
      this.options.choice.change({ [`${name}_label`]: value });
    else this.options.choice.change({ processing: this.#processing() });
    this.options.broadcast({ type: "devices", ...this.options.choice.forFrame() });
  }

  #processing() {
    const names = /** @type {const} */ (["echo", "noise", "gain"]);
    return Object.fromEntries(
      names.map((name) => [
        name,
        /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name)).checked,
      ]),
    );
  }

  async #test() {
    if (this.#button.getAttribute("aria-busy") === "true") return;
    if (this.options.onCall()) return this.#say("test.busy");
    this.#button.setAttribute("aria-busy", "true");
    this.#say("test.speak");
    const answer = await this.options.read("test_call");
    this.#button.removeAttribute("aria-busy");
    const peak = answer?.items?.[0]?.peak ?? 0;
    this.#say(
      !answer?.ok
        ? (REFUSALS[answer?.code] ?? "test.failed")
        : peak < AUDIBLE
          ? "test.quiet"
          : "test.good",
    );
  }

  /** @param {string} key */
  #say(key) {
    element("audio-test-words").textContent = text(key);
  }

  /** @param {string} sentence */
  #note(sentence) {
    const note = element("audio-note");
    if (note.textContent !== sentence) note.textContent = sentence;
    note.hidden = !sentence;
  }
}
