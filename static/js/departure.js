// Whether a page that goes away may come back (a reload, a link, the back button), or its tab is closed.

export class Departure {
  #navigates = false;

  /** @param {{navigation?: EventTarget, top?: boolean}} [browser] */
  constructor({ navigation = /** @type {any} */ (window).navigation, top = window === window.top } = {}) {
    // In a frame nothing tells the reload of the page around it from its end.
    this.tells = top && navigation !== undefined;
    navigation?.addEventListener("navigate", (event) => this.#noted(/** @type {any} */ (event)));
  }

  /** @param {{destination: {sameDocument: boolean}, downloadRequest: string | null, signal: AbortSignal}} event */
  #noted({ destination, downloadRequest, signal }) {
    if (destination.sameDocument || downloadRequest !== null) return;
    this.#navigates = true;
    signal.addEventListener("abort", () => (this.#navigates = false));
  }

  /** @param {{persisted: boolean}} pagehide @returns {boolean} whether the tab is closed for good */
  closes({ persisted }) {
    return this.tells && !persisted && !this.#navigates;
  }
}
