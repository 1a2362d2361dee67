// The history: a chosen filter is searched for at once, and notes are saved while they are typed.

import "./page/page.js";
import { serverNow } from "./client/server-clock.js";
import { post } from "./page/http.js";
import { pageData } from "./page/page-data.js";
import { Notes } from "./workspace/notes.js";

const filters = /** @type {HTMLFormElement | null} */ (document.getElementById("filters"));
const client = crypto.randomUUID();

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
  if (target instanceof HTMLSelectElement) filters.requestSubmit();
});
// An empty field says nothing in the address.
filters?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

/** @param {string} call @param {string} note */
async function save(call, note) {
  const command = { id: crypto.randomUUID(), client, epoch: 0, call, text: note };
  const { ok, status, body } = await post("/commands/note", command);
  if (!ok)
    return { ok, code: body?.code ?? (status ? "failed" : "offline"), sentence: body?.sentence };
  const row = document.querySelector(`[data-note="${CSS.escape(call)}"]`)?.closest("details");
  const shown = row?.querySelector(".note-text");
  if (shown) shown.textContent = note;
  return { ok };
}

new Notes(pageData().user.id, save, serverNow);
