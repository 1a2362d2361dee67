// The history: a changed filter is searched for at once.

import "./page/page.js";

const filters = /** @type {HTMLFormElement | null} */ (document.getElementById("filters"));

filters?.addEventListener("change", ({ target }) => {
  if (
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type === "checkbox")
  )
    filters.requestSubmit();
});
