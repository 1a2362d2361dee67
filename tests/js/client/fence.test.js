import assert from "node:assert/strict";
import { test } from "node:test";
import { Fence } from "../../../static/js/client/fence.js";
import { Clocks } from "../clocks.js";

const FENCE_MS = 30_000;

function holder({ others = true } = {}) {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.granted();
  fence.ping({ n: 1, heard: 0, others }, true);
  return { clocks, fence };
}

test("a holder with peers is fenced 30 s after its last confirmation", () => {
  const { clocks, fence } = holder();
  clocks.pass(FENCE_MS - 1);
  assert.equal(fence.closed, false);
  clocks.pass(1);
  assert.equal(fence.closed, true);
});

test("a holder that is alone is never fenced", () => {
  const { clocks, fence } = holder({ others: false });
  clocks.pass(FENCE_MS * 100);
  assert.equal(fence.closed, false);
});

test("a holder without news assumes that it has peers", () => {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.granted();
  clocks.pass(FENCE_MS);
  assert.equal(fence.closed, true);
});

test("the fence counts from the read of the answered ping", () => {
  const { clocks, fence } = holder();
  clocks.pass(10_000);
  fence.ping({ n: 2, heard: 1, others: true }, true);
  clocks.pass(FENCE_MS - 10_000);
  assert.equal(fence.closed, true);
});

test("pings with lost answers do not keep the fence open", () => {
  const { clocks, fence } = holder();
  for (const n of [2, 3, 4]) {
    clocks.pass(10_000);
    fence.ping({ n, heard: 1, others: true }, true);
  }
  assert.equal(fence.closed, true);
});

test("the fence opens when the server confirms the lease again", () => {
  const { clocks, fence } = holder();
  clocks.pass(FENCE_MS);
  fence.ping({ n: 2, heard: 1, others: true }, true);
  assert.equal(fence.closed, true);
  clocks.pass(10_000);
  fence.ping({ n: 3, heard: 2, others: true }, true);
  assert.equal(fence.closed, false);
});

test("a closed fence stays closed when the peers leave", () => {
  const { clocks, fence } = holder();
  clocks.pass(FENCE_MS);
  assert.equal(fence.closed, true);
  fence.ping({ n: 2, heard: 1, others: false }, true);
  assert.equal(fence.closed, true);
  fence.ping({ n: 3, heard: 2, others: false }, true);
  assert.equal(fence.closed, false);
});

test("a ping that does not name us as the holder confirms nothing", () => {
  const { clocks, fence } = holder();
  clocks.pass(29_000);
  fence.ping({ n: 2, heard: 1, others: true }, false);
  clocks.pass(1000);
  fence.ping({ n: 3, heard: 2, others: true }, false);
  assert.equal(fence.closed, true);
});

test("a sleep counts although the monotonic clock stood still", () => {
  const { clocks, fence } = holder();
  clocks.sleep(FENCE_MS);
  assert.equal(fence.closed, true);
});

test("a wall clock that is set back does not lengthen the time", () => {
  const { clocks, fence } = holder();
  clocks.pass(FENCE_MS);
  clocks.wallMs -= 3_600_000;
  assert.equal(fence.closed, true);
});

test("a late grant counts from the question that it answers", () => {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.noteAnswer();
  fence.noteQuestion();
  clocks.pass(20_000);
  fence.noteQuestion();
  clocks.pass(10_000);
  fence.granted();
  assert.equal(fence.closed, true);
});

test("an unrequested lease counts from the follower's last read pong", () => {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.noteAnswer();
  clocks.pass(100_000);
  fence.ping({ n: 10, heard: 0, others: false }, false);
  clocks.pass(10_000);
  fence.ping({ n: 11, heard: 10, others: false }, false);
  fence.granted();
  assert.equal(fence.silentMs(), 10_000);
});

test("the pings of an earlier connection say nothing on a new one", () => {
  const { clocks, fence } = holder();
  clocks.pass(25_000);
  fence.ping({ n: 2, heard: 1, others: true }, true);
  fence.connected();
  clocks.pass(10_000);
  fence.ping({ n: 1, heard: 2, others: true }, true);
  assert.equal(fence.closed, true);
});
