// Colleagues who can take a call over at the moment, if the phone system lists them. A click writes
// the number of one into the field.

import { choose } from "./transfer-sheet.js";

const MOST = 30;

/**
 * @param {HTMLElement} details that was opened or closed
 * @param {(call: string, what: string) => Promise<any>} read
 */
export async function showColleagues(details, read) {
  const form = details.querySelector("form");
  const place = /** @type {HTMLElement | null | undefined} */ (
    form?.querySelector("[data-colleagues]")
  );
  if (!form || !place || !(details instanceof HTMLDetailsElement) || !details.open) return;
  place.hidden = true;
  const card = /** @type {HTMLElement} */ (details.closest(".call"));
  const answer = await read(card.dataset.call ?? "", "agents");
  const items = answer?.ok && Array.isArray(answer.items) ? answer.items.slice(0, MOST) : [];
  place.replaceChildren(
    ...items.map((/** @type {{number: string, name: string}} */ item) => button(form, item)),
  );
  place.hidden = !items.length;
}

/** @param {HTMLFormElement} form @param {{number: string, name: string}} colleague */
function button(form, { number, name }) {
  const made = document.createElement("button");
  Object.assign(made, {
    type: "button",
    className: "button",
    textContent: name === number ? number : `${name} · ${number}`,
  });
  made.addEventListener("click", () => choose(form, number));
  return made;
}
