import assert from "node:assert/strict";
import { test } from "node:test";
import "../page-tables.js";
import { LiveCalls } from "../../../static/js/phone/live-calls.js";

const about = (call, type, more = {}) => ({ type, at: 1, connection: "c1", call, ...more });

function noted(...events) {
  const calls = new LiveCalls();
  events.forEach((event) => calls.note(event, 4));
  return calls;
}

test("a page that goes away ends an answered call as completed", () => {
  const calls = noted(
    about("a", "ringing", { direction: "inbound" }),
    about("a", "answered"),
    about("a", "held", { by: "agent" }),
  );
  assert.deepEqual(calls.endings(99), [
    { type: "ended", at: 99, connection: "c1", call: "a", ended_by: "system", cause: "completed" },
  ]);
});

test("a ringing call ends as cancelled or as missed", () => {
  const calls = noted(
    about("out", "dialing", { direction: "outbound" }),
    about("in", "ringing", { direction: "inbound" }),
  );
  assert.deepEqual(
    calls.endings(99).map(({ call, cause }) => [call, cause]),
    [
      ["out", "cancelled"],
      ["in", "missed"],
    ],
  );
});

test("a call that has ended is not ended again", () => {
  for (const end of ["ended", "failed", "missed"]) {
    const calls = noted(about("a", "ringing"), about("a", end), about("a", end));
    assert.deepEqual(calls.endings(99), []);
  }
});

test("the news that a call was handed on may come after its end", () => {
  const calls = noted(
    about("a", "dialing"),
    about("a", "answered"),
    about("a", "ended"),
    about("a", "transferred"),
  );
  assert.deepEqual(calls.endings(99), []);
});

test("a call keeps the epoch under which it began", () => {
  const calls = noted(about("a", "dialing"));
  assert.equal(calls.note(about("a", "answered"), 5), 4);
  assert.equal(calls.note(about("a", "ended"), 6), 4);
  assert.equal(calls.note(about("b", "ringing"), 6), 6);
  assert.equal(calls.note({ type: "registered", at: 1, connection: "c1" }, 6), 6);
});

test("only the calls of the phone that died end with it", () => {
  const calls = noted(about("a", "dialing"), about("b", "dialing", { connection: "c2" }));
  assert.deepEqual(
    calls.endings(99, "c2").map(({ call }) => call),
    ["b"],
  );
  assert.equal(calls.connectionOf("a"), "c1");
});
