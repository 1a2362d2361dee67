// An agent's day, for their supervisors: the present state stays fresh, and forms act for the agent.

import "./page/page.js";
import { apply } from "./page/fragments.js";
import { post } from "./page/http.js";

const FRESH_MS = 5_000;
const address = location.pathname.replace(/\/day$/, "");

async function refresh() {
  if (document.visibilityState !== "visible") return;
  const response = await fetch(`${address}/now`).catch(() => null);
  if (response?.ok && !response.redirected) await apply(await response.text());
}
setInterval(refresh, FRESH_MS);
document.addEventListener("visibilitychange", refresh);

/** The call to write about: the one that is spoken on, else the first. */
function currentCall() {
  const calls = [...document.querySelectorAll("#agent-now [data-call]")];
  const call = calls.find((each) => each.getAttribute("data-state") === "active") ?? calls[0];
  return call?.getAttribute("data-call") ?? "";
}

/**
 * Sends a form as JSON. The same text keeps its id until it is answered: a repeat after a failure
 * of the network does nothing twice.
 * @param {string} id of the form
 * @param {(form: HTMLFormElement) => object} read
 */
function wire(id, read) {
  const form = document.getElementById(id);
  if (!(form instanceof HTMLFormElement)) return;
  const result = /** @type {HTMLElement} */ (form.querySelector(".act-result"));
  let command = "";
  let busy = false;
  form.addEventListener("input", () => {
    command = "";
    result.textContent = "";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    command ||= crypto.randomUUID();
    const { ok, status, body } = await post(form.action, { id: command, ...read(form) });
    busy = false;
    if (status) command = "";
    const { done = "", failed = "" } = result.dataset;
    result.toggleAttribute("data-bad", !ok);
    result.textContent = ok ? done : (body?.sentence ?? failed);
    if (ok) form.reset();
    await refresh();
  });
}

wire("whisper-form", (form) => ({
  call: currentCall(),
  text: String(new FormData(form).get("text") ?? ""),
}));

wire("availability-form", (form) => {
  const given = new FormData(form);
  const [availability, known] = String(given.get("choice") ?? "").split(" ");
  const own = String(given.get("reason") ?? "").trim();
  return { availability, reason: availability === "away" ? own || known : "" };
});
