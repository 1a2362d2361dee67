// The supervisors' page: the agents, those who need attention first, the totals, the waiting calls
// and the age of the data.

import { duration, startClock } from "./page/clock.js";
import { keepConnected, Session } from "./client/session.js";
import { wirePreferences } from "./page/preferences.js";
import { serverNow } from "./client/server-clock.js";
import { text } from "./page/i18n.js";
import { pageData } from "./page/page-data.js";
import { WallAge } from "./wall/wall-age.js";
import { counts, NO_FILTER, passes, readFilter, writeFilter } from "./wall/wall-filter.js";
import { WallDay } from "./wall/wall-day.js";
import { WallLook } from "./wall/wall-look.js";
import { DeskScreen, TvScreen } from "./wall/wall-screen.js";
import { WallTiles } from "./wall/wall-tiles.js";
import { ringing, totals } from "./wall/wall-totals.js";
import { WaitingCalls } from "./wall/wall-waiting.js";

// Tiles that change their places more often than this are hard to follow.
const ARRANGE_MS = 1000;

const tiles = new WallTiles();
const waiting = new WaitingCalls();
const age = new WallAge();
const day = new WallDay();
const screen = document.body.classList.contains("tv") ? new TvScreen() : new DeskScreen();
const numberPlaces = [...document.querySelectorAll("[data-total]")];
let filter = readFilter(location.search);
let total = 0;

const element = (/** @type {string} */ id) => document.getElementById(id);
const write = (/** @type {Element | null} */ place, /** @type {string} */ words) =>
  place && place.textContent !== words && (place.textContent = words);
const showButtons = () =>
  /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[data-show]"));

tiles.readAll();
new WallLook(({ view, group }) => {
  document.body.toggleAttribute("data-local-rows", view === "rows");
  tiles.groups.by = group;
  screen.hasRows = view === "rows";
  arrange();
});
startClock();
wirePreferences();
wireFilter();
document.addEventListener("console:applied", (event) => {
  const { targets } = /** @type {CustomEvent<{targets: string[]}>} */ (event).detail;
  tiles.readSome(targets);
  if (targets.includes("tiles")) arrange();
  else draw();
});
setInterval(() => (arrange(), showAge()), ARRANGE_MS);

const session = keepConnected(new Session(pageData()));
session.on("link", ({ state }) => (age.linked(state === "online"), showAge()));
session.on("message", () => age.messageReceived());
showAge();

function arrange() {
  tiles.arrange(serverNow());
  draw();
}

function draw() {
  const now = serverNow();
  const all = [...tiles.all];
  const counted = all.filter((agent) => counts(agent, filter));
  const shown = tiles.mark(now, (agent) => passes(agent, filter, now));
  total = all.length;
  drawTotals(totals(counted, now), now);
  drawHidden(total - shown);
  waiting.ringing(ringing(counted), now);
  waiting.callbacks(filter);
  screen.fill(tiles.shown, tiles.isUrgent);
}

/** @param {Record<string, number>} numbers @param {number} now */
function drawTotals(numbers, now) {
  for (const place of numberPlaces) {
    const name = place.getAttribute("data-total") ?? "";
    const number = numbers[name] ?? 0;
    write(place, name !== "longest" ? String(number) : number ? duration(now - number) : "–");
    place.parentElement?.toggleAttribute("data-zero", number === 0);
  }
}

/** @param {number} hidden */
function drawHidden(hidden) {
  write(element("hidden-note"), hidden ? text("wall.hidden", { count: hidden, all: total }) : "");
  element("show-all")?.toggleAttribute("hidden", hidden === 0);
  element("none-fit")?.toggleAttribute("hidden", hidden === 0 || hidden < total);
}

function wireFilter() {
  const form = /** @type {HTMLFormElement | null} */ (element("wall-filters"));
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener(
    "change",
    ({ target }) =>
      target instanceof HTMLSelectElement && target.name && choose({ [target.name]: target.value }),
  );
  element("show-all")?.addEventListener(
    "click",
    () => (choose(NO_FILTER), form?.querySelector("select")?.focus()),
  );
  for (const button of showButtons()) {
    button.addEventListener("click", () =>
      choose({ state: filter.state === button.dataset.show ? "" : button.dataset.show }),
    );
  }
  showFilter();
}

/** @param {Partial<typeof filter>} part */
function choose(part) {
  filter = { ...filter, ...part };
  history.replaceState(
    null,
    "",
    location.pathname + writeFilter(location.search, filter) + location.hash,
  );
  showFilter();
  draw();
}

/** Sets the controls from the address, and a TV's address from it. */
function showFilter() {
  day.team = filter.team;
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (
    document.querySelectorAll("#wall-filters select[name]")
  )) {
    select.value = filter[/** @type {keyof typeof filter} */ (select.name)];
  }
  for (const button of showButtons())
    button.setAttribute("aria-pressed", String(button.dataset.show === filter.state));
  document
    .querySelector("#wall-filters .tv-link")
    ?.setAttribute("href", `/wall/tv${writeFilter("", filter)}`);
}

function showAge() {
  const { state, ms } = age;
  const link = /** @type {HTMLElement} */ (element("link"));
  link.dataset.link = state === "stale" ? "offline" : state;
  document.body.toggleAttribute("data-local-stale", state === "stale");
  const seconds = Math.floor(ms / 1000);
  // The state is read aloud when it changes; the age counts on in silence.
  write(
    element("link-word"),
    text({ connecting: "link.connecting", online: "wall.live", stale: "wall.stale" }[state]),
  );
  write(
    element("link-age"),
    state === "stale"
      ? text("wall.old", { duration: duration(ms) })
      : state === "online"
        ? text("wall.age", { seconds })
        : "",
  );
}
