// Checks that the microphone obeys the mute button. A caller must never hear words that are not
// meant for them, so a lasting difference raises an alarm.

const PATIENCE_MS = 600; // with a sample every quarter of a second, the alarm comes within one

/** @typedef {{asked: boolean, at: number, since: number | null, alarmed: boolean}} Wish */

export class MuteWatch {
  /** @type {Map<string, Wish>} */
  #wishes = new Map();

  /** @param {(call: string, asked: boolean, over: boolean) => void} onmismatch */
  constructor(onmismatch) {
    this.onmismatch = onmismatch;
  }

  /** @param {string} call @param {boolean} asked muted or not @param {number} at ms */
  asked(call, asked, at) {
    const { alarmed = false } = this.#wishes.get(call) ?? {};
    this.#wishes.set(call, { asked, at, since: null, alarmed });
  }

  /**
   * @param {string} call
   * @param {boolean | null} muted as measured; null during a hold, which hides the mute
   * @param {number} at ms
   */
  heard(call, muted, at) {
    const wish = this.#wishes.get(call);
    if (!wish) return;
    const differs = muted !== null && muted !== wish.asked;
    wish.since = differs ? (wish.since ?? at) : null;
    const alarmed = wish.since !== null && at - wish.since >= PATIENCE_MS;
    if (alarmed === wish.alarmed || (differs && !alarmed)) return;
    wish.alarmed = alarmed;
    this.onmismatch(call, wish.asked, !alarmed);
  }

  /** @param {string} call */
  forget(call) {
    this.#wishes.delete(call);
  }
}
