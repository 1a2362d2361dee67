// Changes language and theme without losing the state of the page. The forms also work as plain
// forms.

import { post } from "./http.js";
import { text } from "./i18n.js";

const THEMES = new Set(["light", "dark", ""]);

/**
 * @param {{busy?: () => boolean, showNotice?: (sentence: string) => void}} [workspace] a change of
 *   the language must not end a call
 */
export function wirePreferences({ busy = () => false, showNotice = () => {} } = {}) {
  const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("console.theme") : null;
  tabs?.addEventListener("message", ({ data }) => THEMES.has(data) && show(data));
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
    press(button.name, button.value);
    if (button.name === "theme") return (show(button.value), tabs?.postMessage(button.value));
    if (!busy()) return location.reload();
    showNotice(text("preferences.later"));
    const wait = setInterval(() => busy() || (clearInterval(wait), location.reload()), 1000);
  });
}

/** Every form of a page that offers the choice shows it. @param {string} name @param {string} value */
function press(name, value) {
  for (const button of document.querySelectorAll(`[data-preferences] button[name="${name}"]`))
    button.setAttribute("aria-pressed", String(button.getAttribute("value") === value));
}

/** @param {string} theme empty: as the system has it */
function show(theme) {
  press("theme", theme);
  const { dataset } = document.documentElement;
  if (theme) dataset.theme = theme;
  else delete dataset.theme;
  document
    .querySelector('meta[name="color-scheme"]')
    ?.setAttribute("content", theme || "light dark");
}
