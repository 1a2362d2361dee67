import assert from "node:assert/strict";
import { test } from "node:test";

import { mosOf } from "../../../static/js/frame/mos.js";

test("a perfect call is as good as a telephone can be", () => {
  assert.equal(mosOf({ loss: 0, delay: 0, codec: "pcma" }), 4.41); // G.107's default rating 93.2
});

test("the ratings of G.107, annex B, are met at their delays", () => {
  assert.equal(mosOf({ loss: 0, delay: 100, codec: "pcmu" }), 4.36); // 93.2 - 2.4 = 90.8
  assert.equal(mosOf({ loss: 0, delay: 400, codec: "pcmu" }), 3.05); // 93.2 - 9.6 - 24.5 = 59.1
});

test("one packet in ten lost leaves many dissatisfied", () => {
  const mos = mosOf({ loss: 0.1, delay: 60, codec: "opus" });
  assert.ok(mos > 3.0 && mos < 3.5, String(mos));
});

test("more loss or more delay never sounds better", () => {
  for (let step = 0; step < 100; step++) {
    const [loss, delay] = [step / 100, step * 10];
    assert.ok(
      mosOf({ loss: loss + 0.01, delay, codec: "opus" }) <= mosOf({ loss, delay, codec: "opus" }),
    );
    assert.ok(
      mosOf({ loss, delay: delay + 10, codec: "opus" }) <= mosOf({ loss, delay, codec: "opus" }),
    );
  }
});

test("the worst is 1, and nonsense is not worse than that", () => {
  for (const figures of [
    { loss: 1, delay: 60_000 },
    { loss: 7, delay: 0 },
    { loss: 1, delay: 0, codec: "unheard-of" },
  ]) {
    const mos = mosOf(figures);
    assert.ok(mos >= 1 && mos < 2, String(mos));
  }
  assert.equal(mosOf({ loss: -1, delay: -5 }), 4.41);
});
