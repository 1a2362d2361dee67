// Reports a registration that a script does not report: that it comes, goes, or does not come
// about.

/** @import { PhoneFrame } from "../../types/provider" */

const PATIENCE_MS = 10_000;

export class RegistrationWatch {
  registered = false;
  /** Since when it is awaited; 0: it is not. */
  #since = 0;
  #isLate = false;

  /** @param {PhoneFrame} frame @param {string} code the provider's own code of the failure */
  constructor(frame, code) {
    this.frame = frame;
    this.failure = { provider_code: code, cause: "unreachable" };
  }

  /** To be called again and again. @param {boolean} wanted @param {boolean} registered */
  look(wanted, registered) {
    if (!wanted || registered) this.#since = 0;
    else this.#since ||= performance.now();
    const late = this.#since > 0 && performance.now() - this.#since >= PATIENCE_MS;
    if (late && !this.#isLate) this.frame.emit({ type: "registration_failed", ...this.failure });
    this.#isLate = late;
    if (registered === this.registered) return;
    this.registered = registered;
    this.frame.emit({ type: registered ? "registered" : "unregistered" });
  }
}
