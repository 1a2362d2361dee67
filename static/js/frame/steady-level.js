// A level that changes only when it means it: a new one counts after it has lasted, so that nobody
// is alarmed by one bad second.

/** @template {string} Level */
export class SteadyLevel {
  #candidate;
  #since = 0;

  /** @param {Level} level @param {number} patience ms */
  constructor(level, patience) {
    this.level = level;
    this.#candidate = level;
    this.patience = patience;
  }

  /**
   * @param {Level} level as of now
   * @param {number} at ms
   * @returns {boolean} whether the steady level has just become this one
   */
  heard(level, at) {
    if (level !== this.#candidate) [this.#candidate, this.#since] = [level, at];
    if (level === this.level || at - this.#since < this.patience) return false;
    this.level = level;
    return true;
  }
}
