// What the page knows of its phone's calls: a ring that is told again adds what was missing, and
// changes nothing else.

import "../page-tables.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownCalls } from "../../../static/js/workspace/known-calls.js";

const about = (type, at, more = {}) => ({ type, at, connection: "c1", call: "a", ...more });

test("an offered call that rings gets its number and hotline, and keeps its time", () => {
  const known = new KnownCalls();
  known.note(about("ringing", 1, { direction: "inbound", number: "" }));
  known.note(
    about("ringing", 9, { direction: "inbound", number: "0912345678", hotline: "19001234" }),
  );
  const { number, hotline, started, state } = known.calls.get("a");
  assert.deepEqual([number, hotline, started, state], ["0912345678", "19001234", 1, "ringing"]);
});

test("a late ring changes no answered call", () => {
  const known = new KnownCalls();
  for (const event of [
    about("ringing", 1, { number: "1" }),
    about("answered", 2),
    about("ringing", 3, { number: "2" }),
  ])
    known.note(event);
  assert.deepEqual([known.calls.get("a").state, known.calls.get("a").number], ["active", "1"]);
});

test("a call that is back after its end rings again", () => {
  const known = new KnownCalls();
  for (const event of [about("ringing", 1), about("ended", 2), about("ringing", 3)])
    known.note(event);
  assert.deepEqual([known.calls.get("a").state, known.calls.get("a").started], ["ringing", 3]);
});
