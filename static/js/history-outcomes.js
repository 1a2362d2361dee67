// Outcomes in the history: chosen in the row of one's own call.

import { serverNow } from "./client/server-clock.js";
import { post } from "./page/http.js";
import { Outcomes } from "./workspace/outcomes.js";

/** @type {Outcomes | undefined} */
let outcomes;

export function editOutcomes() {
  const user = document.getElementById("outcomes-of")?.dataset.user ?? "";
  outcomes ??= new Outcomes(user, save, serverNow);
}

/**
 * Nothing is pushed to this page: the row shows what was saved.
 * @param {{call: string, outcome: string, at: number}} choice
 */
async function save(choice) {
  const about = { id: crypto.randomUUID(), client: "history", epoch: 0 };
  const { ok, status, body } = await post("/commands/outcome", { ...choice, ...about });
  if (!ok) return { ok, code: body?.code ?? (status ? "failed" : "offline"), ...body };
  const row = document.querySelector(`tr[data-call="${CSS.escape(choice.call)}"]`);
  const mark = row?.querySelector(".outcome-mark");
  const chip = row?.querySelector(`input[value="${CSS.escape(choice.outcome)}"]`);
  const word = document.createElement("span");
  word.className = "outcome-name";
  word.textContent = chip?.parentElement?.textContent ?? "";
  mark?.replaceChildren(...(word.textContent ? [word] : []));
  return { ok };
}
