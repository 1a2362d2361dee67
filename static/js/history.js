// The history: a changed filter is searched for at once.

import "./page/page.js";

const filters = /** @type {HTMLFormElement | null} */ (document.getElementById("filters"));

/** The groups of outcomes are fetched when the first one opens. */
document.addEventListener(
  "toggle",
  async ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.matches(".outcome-edit")) return;
    const { editOutcomes } = await import("./history-outcomes.js");
    editOutcomes();
  },
  true,
);

filters?.addEventListener("change", ({ target }) => {
  if (
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type === "checkbox")
  )
    filters.requestSubmit();
});
