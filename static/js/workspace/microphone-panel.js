// Explains a microphone problem before a call reaches an agent whom callers cannot hear.

import { microphoneProblems } from "../page/page-data.js";

/** @param {string} word a state, or its code @returns {string} the state; "": no problem */
const problemOf = (word) =>
  Object.entries(microphoneProblems()).find((pair) => pair.includes(word))?.[0] ?? "";

export class MicrophonePanel {
  #panel = /** @type {HTMLElement} */ (document.getElementById("microphone"));
  /** @type {(() => void) | null} what was wanted when the microphone stood in the way */
  #then = null;
  #dismissed = "";

  /** @param {() => Promise<string>} check opens the microphone once and returns its state */
  constructor(check) {
    this.check = check;
    document
      .getElementById("microphone-again")
      ?.addEventListener("click", () => void this.#again());
    document.getElementById("microphone-later")?.addEventListener("click", () => this.#close());
  }

  /**
   * Takes the state that the phone reports. A panel appears and goes, the focus stays where it is.
   * @param {string} state
   */
  update(state) {
    const problem = problemOf(state);
    if (state === "ok") this.#solved();
    else if (problem && problem !== this.#dismissed) this.#show(problem);
  }

  /**
   * @param {string} code of a refused command
   * @returns {boolean} whether it was about the microphone
   */
  refused(code) {
    const problem = problemOf(code);
    if (problem) this.#show(problem);
    return Boolean(problem);
  }

  /**
   * Continues when callers can hear the agent, otherwise shows the remedy.
   * @param {() => void} then
   */
  async need(then) {
    const problem = problemOf(await this.check());
    if (!problem) return then();
    this.#then = then;
    this.#show(problem);
    this.#panel.scrollIntoView({ block: "nearest" });
    document.getElementById("microphone-title")?.focus();
  }

  async #again() {
    const problem = problemOf(await this.check());
    if (problem) this.#show(problem);
    else this.#solved();
  }

  #solved() {
    const then = this.#then;
    this.#close();
    this.#dismissed = "";
    then?.();
  }

  /** @param {string} problem */
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

/** @typedef {import("../phone/phones.js").Phones} Phones */

/**
 * The frame opens it: that is where it will be used.
 * @param {Phones | import("../phone/standby-phone.js").StandbyPhone} phone
 * @param {{connection: string}[]} lines
 * @returns {Promise<string>}
 */
export async function checkMicrophone(phone, lines) {
  if (phone.status.microphone === "ok" || !("read" in phone)) return phone.status.microphone;
  const answers = await Promise.all(
    lines.map(({ connection }) => phone.read(connection, "microphone")),
  );
  return answers.find((answer) => answer?.ok)?.items?.[0] ?? phone.status.microphone;
}
