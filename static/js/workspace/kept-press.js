// A press counts for the button on which it began, also when the page moves under the finger: the
// browser would give the click to what happens to lie there now.

/** Who moves this far calls the press off. */
const CALLED_OFF_PX = 10;

export function keepPresses() {
  /** @type {{control: Element, clientX: number, clientY: number} | null} */
  let pressed = null;
  addEventListener(
    "pointerdown",
    ({ target, pointerId, clientX, clientY, button, isTrusted }) => {
      const control = target instanceof Element && target.closest("button, summary");
      pressed = control && button === 0 && isTrusted ? { control, clientX, clientY } : null;
      pressed?.control.setPointerCapture(pointerId);
    },
    true,
  );
  addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (
      !pressed ||
      Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) < CALLED_OFF_PX
    )
      return;
    if (pressed.control.hasPointerCapture(pointerId))
      pressed.control.releasePointerCapture(pointerId);
    pressed = null;
  });
}
