// A field keeps its place on the screen while it is typed in, when something above it appears or
// goes.

const TYPED_IN = "textarea, input:not([type=checkbox], [type=radio], [type=range])";
/** Smaller than what a person sees: a scroll position is a whole number. */
const SLACK_PX = 0.5;

export class KeptPlace {
  /** @type {HTMLElement | null} */
  #field = null;
  /** Around the field. @type {HTMLElement | null} */
  #scroller = null;
  /**
   * The field's place on the screen, how far its surroundings were scrolled, and the size of the
   * window.
   */
  #was = { top: 0, scrolled: 0, width: 0, height: 0 };
  #pressed = false;
  /** Elements with added room, because nothing could scroll. @type {Set<HTMLElement>} */
  #roomy = new Set();

  constructor() {
    const follow = () => this.#follow(/** @type {HTMLElement} */ (document.activeElement));
    document.addEventListener("focusin", follow);
    document.addEventListener("focusout", () => this.#maybeLeft());
    addEventListener("resize", () => this.#resized());
    // A pressed element must not move before the click.
    addEventListener("pointerdown", () => (this.#pressed = true), true);
    addEventListener("pointerup", () => this.#released(), true);
    addEventListener("pointercancel", () => this.#released(), true);
    follow();
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(() => this.#keep()).observe(document.body, all);
  }

  /** @param {HTMLElement} target */
  #follow(target) {
    if (target === this.#field) return;
    this.#field = target.matches(TYPED_IN) ? target : null;
    this.#scroller = null;
    if (!this.#field) return this.#maybeLeft();
    document.body.toggleAttribute("data-typing", true);
    this.#hold(this.#field);
  }

  /** @param {HTMLElement} field */
  #hold(field) {
    this.#scroller = scrollerOf(field);
    this.#remember();
  }

  /** @param {number} [top] */
  #remember(top) {
    const [width, height] = [innerWidth, innerHeight];
    if (this.#field)
      this.#was = {
        top: top ?? topOf(this.#field),
        scrolled: this.#scroller?.scrollTop ?? 0,
        width,
        height,
      };
  }

  /** A window of another size is laid out anew: the field's old place means nothing there. */
  #resized() {
    this.#giveRoomBack();
    if (!this.#field) return;
    this.#field.scrollIntoView({ block: "nearest" });
    this.#hold(this.#field);
  }

  #keep() {
    const [field, scroller] = [this.#field, this.#scroller];
    if (!field?.isConnected || !scroller) return;
    // the event follows
    if (innerWidth !== this.#was.width || innerHeight !== this.#was.height) return;
    const wanted = this.#was.top - scrolledByHand(scroller, this.#was.scrolled);
    const shift = () => topOf(field) - wanted;
    if (Math.abs(shift()) > SLACK_PX) scroller.scrollTop += shift();
    if (Math.abs(shift()) > SLACK_PX) this.#makeRoom(scroller, shift());
    // The place that was wanted: what is missing of it would add up from push to push.
    this.#remember(Math.abs(shift()) < 1 ? wanted : undefined);
  }

  /**
   * @param {HTMLElement} scroller
   * @param {number} missing px: the field is too low; if negative, too high
   */
  #makeRoom(scroller, missing) {
    this.#roomy.add(scroller);
    const { paddingBlockStart, paddingBlockEnd } = getComputedStyle(scroller);
    if (missing > 0) {
      scroller.style.paddingBlockEnd = `${parseFloat(paddingBlockEnd) + scroller.clientHeight}px`;
      scroller.scrollTop += missing;
    } else scroller.style.paddingBlockStart = `${parseFloat(paddingBlockStart) - missing}px`;
  }

  #released() {
    this.#pressed = false;
    setTimeout(() => this.#maybeLeft());
  }

  #maybeLeft() {
    setTimeout(() => {
      if (this.#pressed || !document.hasFocus()) return;
      if (document.activeElement?.matches(TYPED_IN)) return;
      this.#field = this.#scroller = null;
      this.#giveBack();
    });
  }

  #giveBack() {
    document.body.toggleAttribute("data-typing", false);
    this.#giveRoomBack();
  }

  #giveRoomBack() {
    for (const scroller of this.#roomy) scroller.style.paddingBlock = "";
    this.#roomy.clear();
  }
}

/** @param {Element} element */
const topOf = (element) => element.getBoundingClientRect().top;

/**
 * Content that became shorter pulls the end of the scroll with it: nobody did that.
 * @param {HTMLElement} scroller @param {number} before
 */
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
