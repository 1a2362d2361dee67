// Which of two calls stands in front.

import assert from "node:assert/strict";
import { test } from "node:test";

import { consultationOf, primaryCallOf } from "../../../static/js/workspace/second-call.js";

/** @param {string} state @returns {any} */
const card = (state) => ({ dataset: { state } });

/** @param {string} state @param {string} call @param {string} [consults] @returns {any} */
const named = (state, call, consults = "") => ({ dataset: { state, call, consults } });

test("the call in conversation stands in front", () => {
  const [held, active] = [card("held"), card("active")];
  assert.equal(primaryCallOf([held, active]), active);
  assert.equal(primaryCallOf([active, held]), active);
});

test("a second call that rings does not take the place of the first", () => {
  const [active, ringing] = [card("active"), card("ringing")];
  assert.equal(primaryCallOf([ringing, active]), active);
});

test("the consulted party stands in front of the waiting one", () => {
  const [held, dialing] = [card("held"), card("dialing")];
  assert.equal(primaryCallOf([held, dialing]), dialing);
});

test("a call alone stands in front in every state", () => {
  for (const state of ["dialing", "ringing", "active", "held"])
    assert.equal(primaryCallOf([card(state)])?.dataset.state, state);
  assert.equal(primaryCallOf([]), undefined);
});

test("a waiting call that was answered is not joined", () => {
  const [held, active] = [named("held", "a"), named("active", "b")];
  assert.equal(consultationOf(active, [held, active]), undefined);
});

test("a consultation is paired with the call that it is about", () => {
  const [customer, colleague] = [named("held", "a"), named("active", "b", "a")];
  const pair = { customer, asked: colleague };
  assert.deepEqual(consultationOf(colleague, [customer, colleague]), pair);
  assert.deepEqual(consultationOf(customer, [customer, colleague]), pair);
});

test("a third call in front is no part of the consultation behind it", () => {
  const calls = [named("held", "a"), named("held", "b", "a"), named("active", "c")];
  assert.equal(consultationOf(calls[2], calls), undefined);
  assert.equal(consultationOf(calls[1], calls)?.customer, calls[0]);
});

test("a consultation without its customer is an ordinary call", () => {
  const colleague = named("active", "b", "a");
  assert.equal(consultationOf(colleague, [colleague]), undefined);
});
