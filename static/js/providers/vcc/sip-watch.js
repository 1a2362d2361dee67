// The scripts tell nobody of a SIP registration that does not come about.

const PATIENCE_MS = 10_000;

export class SipWatch {
  /** Since when it is awaited; 0: it is not. */
  #since = 0;
  #told = false;

  /** @param {() => void} late */
  constructor(late) {
    this.late = late;
  }

  /** @param {boolean} awaited the voice is here, and SIP has not registered this browser */
  look(awaited) {
    if (!awaited) this.#since = 0;
    else this.#since ||= performance.now();
    const late = this.#since > 0 && performance.now() - this.#since >= PATIENCE_MS;
    if (late && !this.#told) this.late();
    this.#told = late;
  }
}
