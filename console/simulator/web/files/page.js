// Keeps the simulator's page up to date where the reader is: forms are sent without leaving the
// page, and changed regions are morphed in.

/** @typedef {{text: string, sourceElement: Element, swap: string}} SwapContext */
/** @typedef {{swap: (context: SwapContext) => Promise<void>}} Htmx */

const PAUSE = 150; // ms; under load several changes are shown at once
const BACK = 2000;

let refreshing = false;
let again = false;

/** Two requests never overtake each other: while one is under way, the next waits for it. */
async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    const answer = await fetch("/simulator/live");
    if (answer.ok) await show(await answer.text());
  } catch {
    // The simulator is away; the feed reconnects when it is back.
  }
  refreshing = false;
  if (again) {
    again = false;
    setTimeout(refresh, PAUSE);
  }
}

/** @param {string} html */
async function show(html) {
  const { htmx } = /** @type {{htmx: Htmx}} */ (/** @type {unknown} */ (globalThis));
  const text = `<hx-partial hx-target="#live" hx-swap="outerMorph">${html}</hx-partial>`;
  await htmx.swap({ text, sourceElement: document.body, swap: "none" });
  writeTimes();
}

/** @param {number} ms */
function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pair = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const minutes = `${pair(Math.floor(seconds / 60) % 60)}:${pair(seconds % 60)}`;
  return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`;
}

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const clock = clockOf(new URLSearchParams(location.search).get("timezone"));

/** @param {string | null} timeZone as Console's link names it; an unknown one is left out */
function clockOf(timeZone) {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...CLOCK, timeZone: timeZone ?? undefined });
  } catch {
    return new Intl.DateTimeFormat("en-GB", CLOCK);
  }
}

/** The simulator runs on this machine: one clock for both. */
function writeTimes() {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("time")
  )) {
    const { since, at } = element.dataset;
    const text = since ? duration(Date.now() - Number(since)) : clock.format(Number(at));
    if (element.textContent !== text) element.textContent = text;
  }
}

/** @param {string} sentence */
function showProblem(sentence) {
  const problem = /** @type {HTMLElement} */ (document.getElementById("problem"));
  /** @type {HTMLElement} */ (problem.querySelector("span")).textContent = sentence;
  problem.hidden = !sentence;
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    showProblem(answer.ok ? "" : (await answer.json()).sentence);
  } catch {
    showProblem(document.body.dataset.away ?? "");
  }
  await refresh();
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!("quietly" in form.dataset)) return;
  event.preventDefault();
  void send(form);
});

document.addEventListener("change", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest("form");
  if (form && "atOnce" in form.dataset) void send(form);
});

function listen() {
  const feed = new EventSource("/simulator/feed");
  const away = document.body.dataset.away ?? "";
  feed.addEventListener("message", refresh);
  feed.addEventListener("open", () => {
    if (document.querySelector("#problem span")?.textContent === away) showProblem("");
  });
  feed.addEventListener("error", () => {
    showProblem(away);
    if (feed.readyState === EventSource.CLOSED) setTimeout(listen, BACK);
  });
}

writeTimes();
setInterval(writeTimes, 1000);
listen();
