// The focus never falls to the body: when its element goes, a neighbour takes over.

const FOCUSABLE = "[tabindex], input, select, textarea, button, summary, a[href]";

export class KeptFocus {
  /** The element that had the focus last, and all around it. @type {Element[]} */
  #path = [];
  #asked = false;

  /** @param {() => HTMLElement | null | undefined} home takes it if nothing nearer is left */
  constructor(home) {
    this.home = home;
    const note = () => (this.#path = pathOf(document.activeElement));
    document.addEventListener("focusin", note);
    if (document.activeElement !== document.body) note();
    document.addEventListener("focusout", () => this.#soon());
    addEventListener("focus", () => this.#soon());
    const all = { subtree: true, childList: true, attributes: true };
    new MutationObserver(() => this.#soon()).observe(document.body, all);
  }

  /** Once per frame, when all that belongs to one change is done. */
  #soon() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#check();
    });
  }

  /** A page inside another one takes nothing from the page around it. */
  #check() {
    if (!this.#path.length || !document.hasFocus()) return;
    const at = document.activeElement;
    const isThere = this.#path[0].checkVisibility();
    if (at && at !== document.body && (at !== this.#path[0] || isThere)) return;
    if (isThere)
      this.#path = []; // the person has clicked beside it
    else this.#nearest()?.focus({ preventScroll: true });
  }

  /** Falls back to the card, where no key presses anything. */
  #nearest() {
    const card = this.#path.find((around) => around.matches(".call"));
    if (card?.checkVisibility()) return /** @type {HTMLElement} */ (card);
    for (const around of this.#path) {
      if (around.matches("#cards, main, body")) break;
      if (!around.checkVisibility()) continue;
      const found = [around, ...around.querySelectorAll(FOCUSABLE)].find(canTake);
      if (found) return /** @type {HTMLElement} */ (found);
    }
    return this.home();
  }
}

/** @param {Element} element */
function canTake(element) {
  return element.matches(FOCUSABLE) && element.checkVisibility({ visibilityProperty: true });
}

/** @param {Element | null} element @returns {Element[]} */
function pathOf(element) {
  return element ? [element, ...pathOf(element.parentElement)] : [];
}
