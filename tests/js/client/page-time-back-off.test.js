import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff } from "../../../static/js/client/page-time.js";

test("the wait doubles with each failed try, up to ten seconds", () => {
  const longest = [1, 2, 3, 4, 5, 6, 40].map((tries) => backOff(tries, () => 1));
  assert.deepEqual(longest, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("half of the wait is random", () => {
  assert.equal(
    backOff(3, () => 0),
    1000,
  );
  assert.equal(
    backOff(3, () => 0.5),
    1500,
  );
});
