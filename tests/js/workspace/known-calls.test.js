import "../page-tables.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownCalls } from "../../../static/js/workspace/known-calls.js";

const AT = 1_700_000_000_000;
const about = (type, at, more = {}) => ({ type, at, connection: "c1", call: "a", ...more });

test("a call is known from its ring to its end", () => {
  const known = new KnownCalls();
  known.note({ type: "ringing", at: AT, call: "c-1", number: "+84912345200" });
  known.note({ type: "answered", at: AT + 1000, call: "c-1" });
  known.note({ type: "muted", at: AT + 2000, call: "c-1" });
  assert.deepEqual(
    { ...known.calls.get("c-1"), started: 0 },
    {
      state: "active",
      placed: false,
      direction: "inbound",
      number: "+84912345200",
      name: "",
      hotline: "",
      line: 1,
      consults: "",
      muted: true,
      started: 0,
      answered: AT + 1000,
    },
  );
  known.note({ type: "ended", at: AT + 3000, call: "c-1" });
  known.note({ type: "held", at: AT + 4000, call: "c-1" });
  assert.equal(known.calls.get("c-1")?.state, "ended");
});

for (const type of ["__proto__", "constructor", "toString", "hasOwnProperty", "never-heard-of"]) {
  test(`an event called ${type} changes nothing`, () => {
    const known = new KnownCalls();
    known.note({ type: "ringing", at: AT, call: "c-1" });
    const before = { ...known.calls.get("c-1") };
    assert.equal(known.note({ type, at: AT, call: "c-1" }), true);
    assert.deepEqual({ ...known.calls.get("c-1") }, before);
  });
}

test("a call named like an object's property is an ordinary call", () => {
  const known = new KnownCalls();
  known.note({ type: "ringing", at: AT, call: "__proto__", name: "polluted" });
  assert.equal(known.calls.get("__proto__")?.state, "ringing");
  assert.equal(/** @type {any} */ ({}).name, undefined);
  assert.equal(/** @type {any} */ ({}).state, undefined);
});

test("a call answered after its end is the server's to show", () => {
  const known = new KnownCalls();
  known.note({ type: "ringing", at: AT, call: "c-1" });
  known.note({ type: "answered", at: AT, call: "c-1" });
  known.note({ type: "ended", at: AT + 1000, call: "c-1" });
  assert.equal(known.note({ type: "answered", at: AT + 2000, call: "c-1" }), true);
  assert.equal(known.calls.get("c-1"), undefined);
});

test("an offered call that rings gets its number and hotline", () => {
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
