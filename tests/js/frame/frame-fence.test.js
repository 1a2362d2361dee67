import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameFence, Watchdog } from "../../../static/js/frame/frame-fence.js";
import { Clocks } from "../clocks.js";

const FENCE_MS = 30_000;

/** A registered phone behind its fence; `tick` is the worker's beat. */
function frame({ availability = "available", calls = [], registered = true } = {}) {
  const clocks = new Clocks();
  const now = () => ({ wall: clocks.wall(), monotonic: clocks.monotonic() });
  const found = { clocks, asked: [], fenced: 0, state: { registered, calls } };
  const phone = {
    status: () => found.state,
    fenced: () => (found.fenced += 1),
    command: async (name) => (
      found.asked.push(name),
      (found.state.registered = name === "register"),
      { ok: true }
    ),
  };
  const watchdog = new Watchdog(
    () => fence.changed(),
    now,
    (tick) => (found.tick = tick),
  );
  const fence = new FrameFence(() => phone, watchdog);
  fence.begin(FENCE_MS, availability);
  return Object.assign(found, { fence, phone, word: (silent) => watchdog.heard(silent) });
}

test("without a sign of life for the fence's time the frame closes", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS - 1);
  found.tick();
  assert.deepEqual([found.fence.closed, found.asked], [false, []]);
  found.clocks.pass(1);
  found.tick();
  assert.deepEqual([found.fence.closed, found.fenced, found.asked], [true, 1, ["unregister"]]);
});

test("the larger of the two clocks counts", () => {
  const asleep = frame();
  asleep.clocks.sleep(FENCE_MS);
  assert.equal(asleep.fence.closed, true);
  const set = frame();
  set.clocks.pass(FENCE_MS);
  set.clocks.wallMs -= 3_600_000;
  assert.equal(set.fence.closed, true);
});

test("a ring or a command finds it closed although the timer is late", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS);
  assert.equal(found.fence.closed, true);
  assert.deepEqual(found.asked, ["unregister"]);
});

test("a word opens it, and the phone registers again", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.word();
  assert.deepEqual([found.fence.closed, found.asked], [false, ["unregister", "register"]]);
});

test("an unconfirmed sign of life counts for the rest of the fence", () => {
  const found = frame();
  found.clocks.pass(20_000);
  found.word(19_000);
  found.clocks.pass(10_999);
  assert.equal(found.fence.closed, false);
  found.clocks.pass(1);
  assert.equal(found.fence.closed, true);
  found.word(FENCE_MS);
  assert.equal(found.fence.closed, true);
  found.word(1000);
  assert.equal(found.fence.closed, false);
});

test("a word does not open what the workspace has fenced", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.fence.set(true);
  found.word();
  assert.deepEqual([found.fence.closed, found.asked], [true, ["unregister"]]);
  found.fence.set(false);
  assert.deepEqual([found.fence.closed, found.asked], [false, ["unregister", "register"]]);
});

test("the workspace does not open what the watchdog has closed", () => {
  const found = frame();
  found.fence.set(true);
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.fence.set(false);
  assert.equal(found.fence.closed, true);
});

test("a registration wanted before the sign of life follows with it", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.fence.set(true);
  found.fence.beforeCommand("unregister", {});
  found.fence.set(false);
  assert.equal(found.fence.closed, true);
  assert.equal(found.fence.refuse("dial").code, "fenced");
  assert.equal(found.fence.refuse("register").code, "fenced");
  assert.deepEqual(found.asked, ["unregister"]);
  found.word();
  assert.deepEqual([found.fence.closed, found.asked], [false, ["unregister", "register"]]);
});

test("a call that was refused before the sign of life is not made up for", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.fence.beforeCommand("unregister", {});
  found.fence.refuse("dial");
  found.word();
  assert.deepEqual(found.asked, ["unregister"]);
});

test("a call in progress goes on, and the phone unregisters after it", () => {
  const found = frame({ calls: ["1"] });
  found.clocks.pass(FENCE_MS);
  found.tick();
  assert.deepEqual(found.asked, []);
  found.state.calls = [];
  found.clocks.pass(1000);
  found.fence.look();
  assert.deepEqual(found.asked, ["unregister"]);
});

test("a phone that still tries to register stops trying", () => {
  const found = frame({ registered: false });
  found.clocks.pass(FENCE_MS);
  found.tick();
  assert.deepEqual(found.asked, ["unregister"]);
});

test("a phone that is to be unregistered stays so", () => {
  const found = frame({ registered: false, availability: "offline" });
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.word();
  assert.deepEqual(found.asked, []);
});

test("an agent who goes offline meanwhile stays unregistered", () => {
  const found = frame();
  found.clocks.pass(FENCE_MS);
  found.tick();
  found.fence.set(true);
  found.word();
  found.fence.beforeCommand("set_availability", { availability: "offline" });
  found.fence.set(false);
  assert.deepEqual(found.asked, ["unregister"]);
});

test("it stays open until the workspace sends the time", () => {
  const clocks = new Clocks();
  const watchdog = new Watchdog(
    () => assert.fail(),
    () => ({ wall: clocks.wall(), monotonic: clocks.monotonic() }),
    () => {},
  );
  clocks.pass(FENCE_MS * 10);
  assert.equal(watchdog.closed, false);
});

test("a ring is refused before the phone unregisters", () => {
  const found = frame({ calls: ["1"] });
  found.phone.fenced = () => (found.state.calls = []);
  found.clocks.pass(FENCE_MS);
  found.tick();
  assert.deepEqual([found.state.calls, found.asked], [[], []]);
  found.clocks.pass(1000);
  found.tick();
  assert.deepEqual(found.asked, ["unregister"]);
});
