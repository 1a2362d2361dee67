import assert from "node:assert/strict";
import { test } from "node:test";

/** The globals that the page's modules read when they are loaded. */
const page = { querySelector: () => null, addEventListener: () => {} };
Object.assign(globalThis, { document: page });
const { shortcutOf } = await import("../../../static/js/workspace/shortcuts.js");

/** @param {string} key @param {Partial<KeyboardEvent> & {altGraph?: boolean}} [more] */
const press = (key, { altGraph = false, ...more } = {}) =>
  shortcutOf({
    key,
    code: "",
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    isComposing: false,
    getModifierState: (name) => name === "AltGraph" && altGraph,
    ...more,
  });

test("a letter alone is never a shortcut of a call", () => {
  assert.equal(press("h", { code: "KeyH" }), "h");
  assert.equal(press("H", { code: "KeyH", shiftKey: true }), "H");
});

test("Alt and a letter is one, whatever capitals say", () => {
  assert.equal(press("h", { code: "KeyH", altKey: true }), "alt+h");
  assert.equal(press("H", { code: "KeyH", altKey: true }), "alt+h");
});

test("the Latin letter on the key counts", () => {
  assert.equal(press("a", { code: "KeyQ", altKey: true }), "alt+a");
});

test("the key's position counts on other layouts and with Option", () => {
  assert.equal(press("˙", { code: "KeyH", altKey: true }), "alt+h");
  assert.equal(press("Dead", { code: "KeyN", altKey: true }), "alt+n");
  assert.equal(press("р", { code: "KeyH", altKey: true }), "alt+h");
});

test("AltGr, which types characters, is not Alt", () => {
  assert.equal(press("ħ", { code: "KeyH", altKey: true, altGraph: true }), "");
  assert.equal(press("ħ", { code: "KeyH", altKey: true, ctrlKey: true }), "");
});

test("other modifiers and unfinished letters are no shortcuts", () => {
  assert.equal(press("a", { code: "KeyA", ctrlKey: true }), "");
  assert.equal(press("a", { code: "KeyA", altKey: true, metaKey: true }), "");
  assert.equal(press("A", { code: "KeyA", altKey: true, shiftKey: true }), "");
  assert.equal(press("Process", { code: "KeyA", altKey: true, isComposing: true }), "");
});
