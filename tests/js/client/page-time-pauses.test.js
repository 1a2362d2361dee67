import assert from "node:assert/strict";
import { test } from "node:test";
import { Pauses } from "../../../static/js/client/page-time.js";
import { Clocks } from "../clocks.js";

function beating() {
  const clocks = new Clocks();
  const pauses = new Pauses(() => [clocks.wall(), clocks.monotonic()]);
  const beats = (times) => {
    for (let n = 0; n < times; n += 1) {
      clocks.pass(1000);
      pauses.beat();
    }
  };
  return { clocks, pauses, beats };
}

test("a page that goes on all the time was never stopped", () => {
  const { pauses, beats } = beating();
  beats(60);
  assert.equal(pauses.justWoke, false);
});

test("a stopped page knows it from before its first beat", () => {
  const { clocks, pauses, beats } = beating();
  clocks.pass(5000);
  assert.equal(pauses.justWoke, true);
  pauses.beat();
  assert.equal(pauses.justWoke, true);
  beats(1);
  assert.equal(pauses.justWoke, false);
});

test("a sleep of the machine counts, its monotonic clock stops", () => {
  const { clocks, pauses } = beating();
  clocks.sleep(5000);
  assert.equal(pauses.justWoke, true);
});
