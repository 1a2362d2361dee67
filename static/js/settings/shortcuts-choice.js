// The switch of the keyboard shortcuts: one choice for all tabs of the browser.

import { OFF, areShortcutsOn, choices } from "../workspace/shortcuts.js";

/** @param {HTMLInputElement} box */
export function wireShortcutsChoice(box) {
  const draw = () => (box.checked = areShortcutsOn());
  box.addEventListener("change", () =>
    box.checked ? choices.removeItem(OFF) : choices.setItem(OFF, "1"),
  );
  addEventListener("storage", ({ key }) => key === OFF && draw());
  draw();
}
