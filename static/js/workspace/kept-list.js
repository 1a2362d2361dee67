// A new row of a list moves no row that a person reads: the list is scrolled by as much, and goes
// back to its top when nobody is in it.

const LISTS = "#recent, #callbacks";

/** @typedef {{list: HTMLElement, id: string, top: number, isAtTop: boolean}} Was */

/** Lists on their way back to the top, with their latest request. @type {WeakMap<Element, object>} */
const returning = new WeakMap();

export function keepLists() {
  /** @type {Was[]} */
  let was = [];
  // Several pushes may be swapped in before the first of them is announced.
  document.addEventListener("htmx:before:swap", () => {
    if (!was.length) was = lists().map(placeOf);
  });
  // Last: others put the new rows in their order first.
  document.addEventListener("console:applied", () =>
    queueMicrotask(() => {
      for (const each of was) keep(each);
      was = [];
    }),
  );
  for (const left of ["pointerleave", "focusout"])
    document.addEventListener(left, () => lists().forEach(reveal), true);
}

const lists = () =>
  /** @type {HTMLElement[]} */ ([...document.querySelectorAll(LISTS)]).filter((list) =>
    list.querySelector(".row"),
  );

/** @param {HTMLElement} list @returns {Was} */
function placeOf(list) {
  const row = keptRow(list);
  return { list, id: row.id, top: topOf(row), isAtTop: !list.scrollTop || returning.has(list) };
}

/** The row that a person uses, or one in the middle of those in sight: a new row may come below the
 * first. @param {HTMLElement} list */
function keptRow(list) {
  const rows = [...list.querySelectorAll(".row")];
  const { top, bottom } = list.getBoundingClientRect();
  const seen = rows.filter((row) => topOf(row) >= top - 1 && topOf(row) < bottom);
  const used = rows.find((row) => row.matches(":hover, :focus-within"));
  return used ?? seen[seen.length >> 1] ?? rows[0];
}

/** @param {Was} was */
function keep({ list, id, top, isAtTop }) {
  // By its id: the morph may have used its element for the new row.
  const row = document.getElementById(id);
  if (!row || row.closest(LISTS) !== list) return;
  const by = topOf(row) - top;
  if (by < 1) return;
  if (list.scrollHeight - list.clientHeight < list.scrollTop + by) makeRoom(list, by);
  list.scrollTop += by;
  list.toggleAttribute("data-local-new", isAtTop && list.scrollTop > 0);
  reveal(list);
}

/** A list that is too short to scroll can, until it is back at its top. */
const makeRoom = (/** @type {HTMLElement} */ list, /** @type {number} */ by) =>
  (list.style.paddingBlockEnd = `${list.clientHeight + by}px`);

/** @param {HTMLElement} list */
function reveal(list) {
  if (!list.hasAttribute("data-local-new")) return;
  if (list.matches(":hover") || list.contains(document.activeElement)) return;
  list.removeAttribute("data-local-new");
  const request = {};
  returning.set(list, request);
  // With the picture after the next: a list that is at its top again before the next one has moved
  // its rows, and so has a row that comes between the way back and its picture. A row that comes
  // meanwhile waits for a picture of its own.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => returning.get(list) === request && scrollBack(list)),
  );
}

/** @param {HTMLElement} list */
function scrollBack(list) {
  const request = returning.get(list);
  const restore = () => {
    if (!list.scrollTop) list.style.paddingBlockEnd = "";
    if (returning.get(list) === request) returning.delete(list);
  };
  list.addEventListener("scrollend", restore, { once: true });
  list.scrollTo({ top: 0, behavior: motion() });
}

/** @param {Element} element */
const topOf = (element) => element.getBoundingClientRect().top;

/** @returns {ScrollBehavior} */
const motion = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
