// Writes durations and moments: the server sends milliseconds, because one rendering serves readers
// in several zones.

import { serverNow } from "../client/server-clock.js";

const DAY = 86_400_000;

/** @param {number} ms @returns {string} 03:12, or 1:03:12 */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, ...rest] = units.map((part) => String(part).padStart(2, "0"));
  return units[0] ? [String(units[0]), ...rest].join(":") : rest.join(":") || hours;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} name @param {Intl.DateTimeFormatOptions} options */
function format(name, options) {
  const { timezone } = document.documentElement.dataset;
  // Both languages write day/month/year and 24 hours; "en" alone would be American.
  const made =
    formats.get(name) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone || undefined,
      hourCycle: "h23",
      ...options,
    });
  formats.set(name, made);
  return made;
}

/**
 * The time today, the day as well before today, the year as well before this year.
 * @param {number} at
 * @param {number} [now]
 */
export function moment(at, now = serverNow()) {
  const clock = format("clock", { hour: "2-digit", minute: "2-digit" }).format(at);
  const day = format("day", { year: "numeric", month: "2-digit", day: "2-digit" });
  if (Math.abs(now - at) < DAY && day.format(at) === day.format(now)) return clock;
  const year = format("year", { year: "numeric" });
  const sameYear = year.format(at) === year.format(now);
  const date = sameYear ? format("short", { day: "2-digit", month: "2-digit" }) : day;
  return `${date.format(at)} ${clock}`;
}

/** @param {Element} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {HTMLElement} element */
function writeDuration(element) {
  const { since, until } = element.dataset;
  write(element, since ? duration(Number(until || serverNow()) - Number(since)) : "");
}

/** @param {HTMLElement} element */
function writeMoment(element) {
  const at = Number(element.dataset.at);
  write(element, at ? moment(at) : "");
  if (at && element instanceof HTMLTimeElement) element.dateTime = new Date(at).toISOString();
}

/** @type {Intl.RelativeTimeFormat | undefined} */
let relative;

/**
 * In whole minutes, then hours: who reads it decides whom to call first.
 * @param {number} at
 * @param {number} [now]
 */
export function ago(at, now = serverNow()) {
  relative ??= new Intl.RelativeTimeFormat(document.documentElement.lang || "en", {
    style: "short",
    numeric: "auto",
  });
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  return minutes < 60
    ? relative.format(-minutes, "minute")
    : relative.format(-Math.floor(minutes / 60), "hour");
}

/** @param {HTMLElement} element */
function writeAgo(element) {
  const at = Number(element.dataset.ago);
  write(element, at ? ago(at) : "");
}

/**
 * @param {string} selector
 * @param {(element: HTMLElement) => void} writer
 * @param {ParentNode} [within]
 */
const each = (selector, writer, within = document) =>
  within
    .querySelectorAll(selector)
    .forEach((element) => writer(/** @type {HTMLElement} */ (element)));

/** What is left of the time to finish up. @param {HTMLElement} element */
function writeCountdown(element) {
  write(element, duration(Math.max(0, Number(element.dataset.wrapUp) - serverNow())));
}

const writeRunning = () => (
  each("[data-since]:not([data-until])", writeDuration),
  each("[data-wrap-up]", writeCountdown)
);

/** @param {ParentNode} [within] */
function writeAll(within) {
  each("[data-since]", writeDuration, within);
  each("[data-wrap-up]", writeCountdown, within);
  each("[data-at]", writeMoment, within);
  each("[data-ago]", writeAgo, within);
}

export function startClock() {
  writeAll();
  document.addEventListener("console:applied", (event) => {
    const { targets } = /** @type {CustomEvent<{targets: string[]}>} */ (event).detail;
    for (const target of targets) writeAll(document.getElementById(target) ?? document);
  });
  setInterval(writeRunning, 1000);
  setInterval(() => (each("[data-at]", writeMoment), each("[data-ago]", writeAgo)), 60_000);
}
