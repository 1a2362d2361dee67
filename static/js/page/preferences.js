// Changes language and theme without losing the state of the page. The forms also work as plain
// forms.

import { post } from "./http.js";
import { text } from "./i18n.js";

/**
 * @param {{busy?: () => boolean, showNotice?: (sentence: string) => void}} [workspace] a change of
 *   the language must not end a call
 */
export function wirePreferences({ busy = () => false, showNotice = () => {} } = {}) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = /** @type {SubmitEvent} */ (event).submitter;
    if (
      !(form instanceof HTMLFormElement) ||
      !form.matches("[data-preferences]") ||
      !(button instanceof HTMLButtonElement)
    )
      return;
    event.preventDefault();
    const { ok } = await post("/preferences", { [button.name]: button.value });
    if (!ok) return showNotice(text("result.offline"));
    for (const other of form.querySelectorAll("button"))
      other.setAttribute("aria-pressed", String(other === button));
    if (button.name === "theme") return show(button.value);
    if (!busy()) return location.reload();
    showNotice(text("preferences.later"));
    const wait = setInterval(() => busy() || (clearInterval(wait), location.reload()), 1000);
  });
}

/** @param {string} theme empty: as the system has it */
function show(theme) {
  const { dataset } = document.documentElement;
  if (theme) dataset.theme = theme;
  else delete dataset.theme;
  document
    .querySelector('meta[name="color-scheme"]')
    ?.setAttribute("content", theme || "light dark");
}
