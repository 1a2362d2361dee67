import assert from "node:assert/strict";
import { test } from "node:test";
import { Fence } from "../../static/js/client/fence.js";
import { Clocks } from "./clocks.js";

const FENCE_MS = 30_000;

function holder({ others = true } = {}) {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.granted();
  fence.ping({ n: 1, heard: 0, others }, true);
  return { clocks, fence };
}

test("a holder that was told of others is fenced 30 s after the server last confirmed it", () => {
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

test("a holder that was told nothing yet must suppose that others stand by", () => {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.granted();
  clocks.pass(FENCE_MS);
  assert.equal(fence.closed, true);
});

test("the time counts from the moment the answered ping was read, not from the ping that confirms it", () => {
  const { clocks, fence } = holder();
  clocks.pass(10_000);
  fence.ping({ n: 2, heard: 1, others: true }, true);
  clocks.pass(FENCE_MS - 10_000);
  assert.equal(fence.closed, true);
});

test("pings whose answers do not come through do not keep the fence open", () => {
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

test("a fence that is closed is not opened by being told that nobody else stands by", () => {
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

test("a machine that slept counts the sleep, though its monotonic clock stood still", () => {
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

test("a grant that was long on its way counts from the question it answers", () => {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.answered();
  fence.asked();
  clocks.pass(20_000);
  fence.asked();
  clocks.pass(10_000);
  fence.granted();
  assert.equal(fence.closed, true);
});

test("a lease that comes unasked counts from the last pong of the follower that was heard", () => {
  const clocks = new Clocks();
  const fence = new Fence(FENCE_MS, clocks);
  fence.connected();
  fence.answered();
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
