// Which of two calls stands in front.

import assert from "node:assert/strict";
import { test } from "node:test";

import { heroOf } from "../../static/js/second-line.js";

/** @param {string} state @returns {any} */
const card = (state) => ({ dataset: { state } });

test("the call that is spoken on stands in front, whatever came before it", () => {
  const [held, active] = [card("held"), card("active")];
  assert.equal(heroOf([held, active]), active);
  assert.equal(heroOf([active, held]), active);
});

test("a second call that rings does not take the place of the first", () => {
  const [active, ringing] = [card("active"), card("ringing")];
  assert.equal(heroOf([ringing, active]), active);
});

test("who is being asked stands in front of who waits", () => {
  const [held, dialing] = [card("held"), card("dialing")];
  assert.equal(heroOf([held, dialing]), dialing);
});

test("a call alone stands in front in every state", () => {
  for (const state of ["dialing", "ringing", "active", "held"]) assert.equal(heroOf([card(state)])?.dataset.state, state);
  assert.equal(heroOf([]), undefined);
});
