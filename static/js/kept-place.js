// A field that is typed in keeps its place on the screen, whatever appears or goes above it.

const TYPED_IN = "textarea, input:not([type=checkbox], [type=radio], [type=range])";
/** Smaller than what a person sees: a scroll position is a whole number. */
const SLACK_PX = 0.5;

export class KeptPlace {
  /** @type {HTMLElement | null} */
  #field = null;
  /** Around the field. @type {HTMLElement | null} */
  #scroller = null;
  /** Where the field was on the screen, and how far its surroundings were scrolled. */
  #was = { top: 0, scrolled: 0 };
  #pressed = false;
  /** Where room was made above or below, because there was nothing to scroll. @type {Set<HTMLElement>} */
  #roomy = new Set();

  /** @param {HTMLElement} banners above all that scrolls: what appears there meanwhile covers the header */
  constructor(banners) {
    this.banners = banners;
    document.addEventListener("focusin", ({ target }) => this.#follow(/** @type {HTMLElement} */ (target)));
    document.addEventListener("focusout", () => this.#maybeLeft());
    addEventListener("resize", () => this.#remember());
    // What is pressed must not move before the click.
    addEventListener("pointerdown", () => (this.#pressed = true), true);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.#released(), true);
    new MutationObserver(() => this.#keep()).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  }

  /** @param {HTMLElement} target */
  #follow(target) {
    if (target === this.#field) return;
    this.#field = target.matches(TYPED_IN) ? target : null;
    this.#scroller = this.#field && scrollerOf(this.#field);
    if (!this.#field) return this.#maybeLeft();
    document.body.toggleAttribute("data-typing", true);
    if (!this.#scroller) this.banners.style.blockSize ||= `${this.banners.offsetHeight}px`;
    this.#remember();
  }

  #remember() {
    if (this.#field) this.#was = { top: this.#field.getBoundingClientRect().top, scrolled: this.#scroller?.scrollTop ?? 0 };
  }

  #keep() {
    if (!this.#field?.isConnected || !this.#scroller) return;
    const wanted = this.#was.top - scrolledByHand(this.#scroller, this.#was.scrolled);
    const shift = () => /** @type {HTMLElement} */ (this.#field).getBoundingClientRect().top - wanted;
    if (Math.abs(shift()) > SLACK_PX) this.#scroller.scrollTop += shift();
    if (Math.abs(shift()) > SLACK_PX) this.#makeRoom(this.#scroller, shift());
    this.#remember();
  }

  /** @param {HTMLElement} scroller @param {number} missing px that the field is too low; negative: too high */
  #makeRoom(scroller, missing) {
    this.#roomy.add(scroller);
    const { paddingBlockStart, paddingBlockEnd } = getComputedStyle(scroller);
    if (missing < 0) scroller.style.paddingBlockStart = `${parseFloat(paddingBlockStart) - missing}px`;
    else {
      scroller.style.paddingBlockEnd = `${parseFloat(paddingBlockEnd) + scroller.clientHeight}px`;
      scroller.scrollTop += missing;
    }
  }

  #released() {
    this.#pressed = false;
    setTimeout(() => this.#maybeLeft());
  }

  #maybeLeft() {
    setTimeout(() => {
      if (this.#pressed || document.activeElement?.matches(TYPED_IN) || !document.hasFocus()) return;
      this.#field = this.#scroller = null;
      this.#giveBack();
    });
  }

  #giveBack() {
    document.body.toggleAttribute("data-typing", false);
    this.banners.style.blockSize = "";
    for (const scroller of this.#roomy) scroller.style.paddingBlock = "";
    this.#roomy.clear();
  }
}

/** Content that became shorter pulls the end of the scroll with it: nobody did that. @param {HTMLElement} scroller @param {number} before */
function scrolledByHand({ scrollTop, scrollHeight, clientHeight }, before) {
  const pulled = scrollTop < before && scrollTop >= scrollHeight - clientHeight - 1;
  return pulled ? 0 : scrollTop - before;
}

/** @param {Element} field @returns {HTMLElement | null} */
function scrollerOf(field) {
  for (let around = field.parentElement; around; around = around.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(around).overflowY)) return around;
  }
  return null;
}
