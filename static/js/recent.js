// The recent calls and the missed ones: which list is shown, and a click that writes a number into the dial field.

/** @param {(number: string) => void} fill */
export function wireRecent(fill) {
  const frame = /** @type {HTMLElement} */ (document.getElementById("recent-frame"));
  frame.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button?.dataset.fill) fill(button.dataset.fill);
    if (button?.dataset.recent) choose(frame, button.dataset.recent);
  });
  document.addEventListener("console:applied", count);
  count();
}

/** @param {HTMLElement} frame @param {string} which */
function choose(frame, which) {
  frame.dataset.filter = which;
  for (const button of frame.querySelectorAll("button[data-recent]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-recent") === which));
  }
}

function count() {
  const missed = document.getElementById("missed")?.dataset.count ?? "0";
  const place = document.getElementById("missed-count");
  const words = missed === "0" ? "" : missed;
  if (place && place.textContent !== words) place.textContent = words;
}
