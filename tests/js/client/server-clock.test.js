import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../../static/js/client/server-clock.js";
import { Clocks } from "../clocks.js";

test("the browser's clock serves until the server's first message", () => {
  const clocks = new Clocks();
  assert.equal(new ServerClock(clocks).now(), clocks.wallMs);
});

test("a browser whose clock is an hour slow knows the server's time", () => {
  const clocks = new Clocks();
  const clock = new ServerClock(clocks);
  const truth = clocks.wallMs + 3_600_000;
  clock.synchronise(truth);
  clocks.pass(4000);
  assert.equal(clock.now(), truth + 4000);
  assert.equal(clock.fromWall(clocks.wallMs - 1000), truth + 3000);
});

test("a clock that is set while the page is open changes nothing", () => {
  const clocks = new Clocks();
  const clock = new ServerClock(clocks);
  clock.synchronise(1_000_000);
  clocks.wallMs += 86_400_000;
  assert.equal(clock.now(), 1_000_000);
});

test("the message with the shortest journey is believed", () => {
  const clocks = new Clocks();
  const clock = new ServerClock(clocks);
  clock.synchronise(1_000_000);
  clocks.pass(10_000);
  clock.synchronise(1_010_000 - 800);
  assert.equal(clock.now(), 1_010_000);
});

test("the next message corrects the clock after the machine slept", () => {
  const clocks = new Clocks();
  const clock = new ServerClock(clocks);
  clock.synchronise(1_000_000);
  clocks.sleep(60_000);
  clock.synchronise(1_060_000);
  assert.equal(clock.now(), 1_060_000);
});
