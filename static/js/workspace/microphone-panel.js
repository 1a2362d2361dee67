// What is wrong with the microphone and what to do, before anybody calls an agent who cannot be
// heard.

/** @typedef {"denied" | "none" | "busy"} Problem */

/** What the server and the phone call it. @type {Record<string, Problem>} */
const PROBLEMS = {
  denied: "denied",
  none: "none",
  busy: "busy",
  microphone_denied: "denied",
  no_microphone: "none",
  microphone_busy: "busy",
};

export class MicrophonePanel {
  #panel = /** @type {HTMLElement} */ (document.getElementById("microphone"));
  /** @type {(() => void) | null} what was wanted when the microphone stood in the way */
  #then = null;
  #dismissed = "";

  /** @param {() => Promise<string>} check opens the microphone once and tells its state */
  constructor(check) {
    this.check = check;
    document
      .getElementById("microphone-again")
      ?.addEventListener("click", () => void this.#again());
    document.getElementById("microphone-later")?.addEventListener("click", () => this.#close());
  }

  /**
   * The state as the phone has just told it; a panel appears and goes, the focus stays where it is.
   * @param {string} state
   */
  update(state) {
    const problem = PROBLEMS[state] ?? "";
    if (state === "ok") this.#solved();
    else if (problem && problem !== this.#dismissed) this.#show(problem);
  }

  /**
   * @param {string} code of a refused command
   * @returns {boolean} whether it was about the microphone
   */
  refused(code) {
    const problem = PROBLEMS[code];
    if (problem) this.#show(problem);
    return Boolean(problem);
  }

  /**
   * Goes on when callers can hear the agent, otherwise says what to do.
   * @param {() => void} then
   */
  async need(then) {
    const problem = PROBLEMS[await this.check()];
    if (!problem) return then();
    this.#then = then;
    this.#show(problem);
    this.#panel.scrollIntoView({ block: "nearest" });
    document.getElementById("microphone-title")?.focus();
  }

  async #again() {
    const problem = PROBLEMS[await this.check()];
    if (problem) this.#show(problem);
    else this.#solved();
  }

  #solved() {
    const then = this.#then;
    this.#close();
    this.#dismissed = "";
    then?.();
  }

  /** @param {Problem} problem */
  #show(problem) {
    this.#dismissed = "";
    this.#panel.dataset.problem = problem;
    this.#panel.hidden = false;
  }

  #close() {
    this.#dismissed = this.#panel.dataset.problem ?? "";
    this.#panel.hidden = true;
    this.#then = null;
  }
}
