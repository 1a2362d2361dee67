// The devices and the processing that the agent has chosen: by name, because every origin has ids
// of its own for one device.

/**
 * As the server keeps it with the account.
 * @typedef {object} Audio
 * @property {string} [microphone_label] empty: as the computer has it
 * @property {string} [speaker_label]
 * @property {string} [ringer_label]
 * @property {{echo?: boolean, noise?: boolean, gain?: boolean}} [processing]
 * @property {number} [ring_volume] 0 to 1
 */

/** @typedef {"microphone" | "speaker" | "ringer"} Place */

/** @type {Place[]} */
export const PLACES = ["microphone", "speaker", "ringer"];
// A moving slider reports many values; the server receives the last one.
const SAVE_MS = 500;

export class AudioChoice {
  /** Runs after each try to save. @type {(saved: boolean) => void} */
  onsaved = () => {};
  /** Runs after each choice of this page. @type {(part: Audio) => void} */
  onchange = () => {};
  /** @type {Audio} */
  #audio;
  /** @type {number | undefined} */
  #saving;

  /** @param {Audio | null | undefined} kept @param {(audio: Audio) => Promise<boolean>} save */
  constructor(kept, save) {
    const { processing, ...rest } = kept ?? {};
    this.#audio = {
      ring_volume: 0.8,
      ...rest,
      processing: { echo: true, noise: true, gain: true, ...processing },
    };
    this.save = save;
  }

  /** @param {Place} place */
  label(place) {
    return this.#audio[`${place}_label`] ?? "";
  }

  /** The choice in the words of the phone's frame. */
  forFrame() {
    const labels = Object.fromEntries(PLACES.map((place) => [place, this.label(place)]));
    return { labels, processing: this.#audio.processing, ring_volume: this.#audio.ring_volume };
  }

  /** Takes over what another tab has chosen and saves. @param {Audio} part */
  adopt(part) {
    this.#audio = { ...this.#audio, ...part };
  }

  /** @param {Audio} part */
  change(part) {
    this.adopt(part);
    this.onchange(part);
    clearTimeout(this.#saving);
    this.#saving = setTimeout(async () => this.onsaved(await this.save(this.#audio)), SAVE_MS);
  }
}
