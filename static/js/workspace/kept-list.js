// A new row on top of a list moves no row that a person reads: the list is scrolled by as much, and
// goes back to its top when nobody is in it.

const LISTS = "#recent, #callbacks";

/** @typedef {{list: HTMLElement, id: string, top: number, isAtTop: boolean}} Was */

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
  const row = /** @type {Element} */ (list.querySelector(".row"));
  return { list, id: row.id, top: topOf(row), isAtTop: list.scrollTop === 0 };
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
  // After the next picture: a list that is at its top again before that has moved its rows.
  requestAnimationFrame(() => setTimeout(() => scrollBack(list)));
}

/** @param {HTMLElement} list */
function scrollBack(list) {
  const restore = () => {
    if (!list.scrollTop) list.style.paddingBlockEnd = "";
  };
  list.addEventListener("scrollend", restore, { once: true });
  list.scrollTo({ top: 0, behavior: motion() });
}

/** @param {Element} element */
const topOf = (element) => element.getBoundingClientRect().top;

/** @returns {ScrollBehavior} */
const motion = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
