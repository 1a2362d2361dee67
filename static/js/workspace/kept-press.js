// A press of the mouse arrives at the button on which it began. The browser forgets the click when
// the button moves meanwhile, on the screen or in the document.

/** A press that moves farther is called off. */
const SLACK_PX = 10;

export function keepPresses() {
  /** @type {MouseEvent | null} */
  let down = null;
  addEventListener("mousedown", (event) => (down = event), true);
  addEventListener("mouseup", ({ button, x, y }) => {
    const began = down;
    down = null;
    // The second half of a double click may lie on a button that took the place of the first one.
    if (!began || button || began.detail > 1) return;
    if (Math.hypot(x - began.x, y - began.y) > SLACK_PX) return;
    const control = /** @type {any} */ (began.target)?.closest("button, summary");
    const timer = setTimeout(() => control?.checkVisibility() && control.click());
    control?.addEventListener("click", () => clearTimeout(timer), { once: true });
  });
}
