import assert from "node:assert/strict";
import { test } from "node:test";

import { CallQuality } from "../../../static/js/frame/call-quality.js";

/**
 * One good second: fifty packets each way, forty milliseconds in the buffer.
 * @param {number} n
 * @param {object} [changes]
 */
function second(n, changes = {}) {
  return {
    inbound_packets: n * 50,
    inbound_lost: 0,
    inbound_discarded: 0,
    jitter: 0.004,
    inbound_energy: n,
    buffer_delay: n * 48_000 * 0.04,
    buffer_emitted: n * 48_000,
    outbound_packets: n * 50,
    outbound_energy: 0.5,
    source: "headset",
    round_trip: 0.04,
    path_round_trip: 0.03,
    far_reports: n,
    far_lost: 0,
    far_jitter: 0.004,
    codec: "opus",
    candidate: "host",
    track_enabled: true,
    track_dead: false,
    state: "connected",
    ...changes,
  };
}

/** @param {(n: number) => object} changes @param {number} [seconds] */
function listen(changes, seconds = 10) {
  const quality = new CallQuality();
  let last = null;
  for (let n = 1; n <= seconds; n++)
    last = quality.heard(/** @type {any} */ (second(n, changes(n))));
  return { quality, last };
}

/** Every fifth packet of ours to the agent is lost. */
const lossy = (/** @type {number} */ n) => ({ inbound_packets: n * 40, inbound_lost: n * 10 });

test("a good call has no cause", () => {
  const { last } = listen(() => ({}));
  assert.deepEqual(last, {
    level: "good",
    cause: "none",
    mos: 4.37,
    jitter_ms: 4,
    loss_pct: 0,
    rtt_ms: 40,
    codec: "opus",
    candidate: "host",
  });
});

test("the first two seconds are too early to say anything", () => {
  const quality = new CallQuality();
  assert.equal(quality.heard(/** @type {any} */ (second(1))), null);
  assert.equal(quality.heard(/** @type {any} */ (second(2))), null);
  assert.equal(quality.summary(), null);
});

test("loss towards the agent alone blames the far side", () => {
  const { last } = listen(lossy);
  assert.deepEqual([last?.level, last?.cause, last?.loss_pct], ["poor", "far_side", 20]);
});

test("loss both ways is the agent's network", () => {
  const { last } = listen((n) => ({ ...lossy(n), far_lost: 0.2 }));
  assert.equal(last?.cause, "your_network");
});

test("loss without remote reports blames the agent's network", () => {
  const { last } = listen((n) => ({ ...lossy(n), far_reports: 3 }));
  assert.equal(last?.cause, "your_network");
});

test("a long first hop blames the agent, a long rest the far side", () => {
  const near = listen(() => ({ path_round_trip: 0.9, round_trip: 0.95 })).last;
  assert.deepEqual([near?.level, near?.cause, near?.rtt_ms], ["poor", "your_network", 950]);
  const far = listen(() => ({ path_round_trip: 0.03, round_trip: 0.9, far_reports: 1 })).last;
  assert.deepEqual([far?.level, far?.cause], ["poor", "far_side"]);
});

test("what arrives well and is played late is the agent's side", () => {
  const { last } = listen((n) => ({ buffer_delay: n * 48_000 * 0.45 }));
  assert.deepEqual([last?.level, last?.cause], ["poor", "your_network"]);
});

test("packets that come too late count as lost", () => {
  assert.equal(listen((n) => ({ inbound_discarded: n * 10 })).last?.loss_pct, 20);
});

test("a broken path blames the agent, a silent one the far side", () => {
  const silence = { inbound_packets: 50, far_reports: 1 };
  const broken = listen(() => ({ ...silence, state: "disconnected" })).last;
  assert.deepEqual([broken?.level, broken?.cause, broken?.loss_pct], ["poor", "your_network", 100]);
  assert.equal(listen(() => silence).last?.cause, "far_side");
});

test("a microphone without any sound is reported, a listener is not", () => {
  assert.equal(listen(() => ({ outbound_energy: 0 }), 5).last?.level, "good");
  const microphoneDead = listen(() => ({ outbound_energy: 0 }), 12).last;
  assert.deepEqual([microphoneDead?.level, microphoneDead?.cause], ["poor", "microphone"]);
  assert.equal(listen(() => ({ outbound_energy: 0.4 }), 60).last?.level, "good");
  assert.equal(
    listen(() => ({ outbound_energy: 0, track_enabled: false }), 60).last?.level,
    "good",
  ); // muted
});

test("another microphone gets its own chance to make a sound", () => {
  const { last } = listen(
    (n) => ({ outbound_energy: 0, source: n < 9 ? "headset" : "webcam" }),
    12,
  );
  assert.equal(last?.level, "good");
});

test("an ended or system-muted microphone is reported at once", () => {
  const { last } = listen((n) => ({ track_dead: n === 10 }));
  assert.deepEqual([last?.level, last?.cause], ["poor", "microphone"]);
});

test("an old loss no longer counts", () => {
  const { last } = listen((n) => ({ inbound_lost: Math.min(n, 5) * 20 }), 15);
  assert.deepEqual([last?.level, last?.loss_pct], ["good", 0]);
});

test("what was not sent during a hold was not lost", () => {
  const { quality } = listen(() => ({}), 10);
  quality.restart();
  const after = [40, 41, 42].map((n) =>
    quality.heard(/** @type {any} */ (second(n, { inbound_packets: (n - 30) * 50 }))),
  );
  assert.deepEqual([after[0], after[1], after[2]?.level], [null, null, "good"]);
});

test("a call's summary is its average and its most frequent cause", () => {
  assert.deepEqual(listen(() => ({})).quality.summary(), {
    level: "good",
    cause: "none",
    mos: 4.37,
    jitter_ms: 4,
    loss_pct: 0,
    rtt_ms: 40,
  });
  const bad = listen(lossy, 30).quality.summary();
  assert.deepEqual([bad?.level, bad?.cause, bad?.loss_pct], ["poor", "far_side", 20]);
  assert.deepEqual(
    listen((n) => ({ track_dead: n > 6 }), 30).quality.summary()?.cause,
    "microphone",
  );
  assert.equal(
    listen(() => ({ round_trip: 0, path_round_trip: 0 })).quality.summary()?.rtt_ms,
    null,
  );
});
