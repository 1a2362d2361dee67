import assert from "node:assert/strict";
import { test } from "node:test";

import "../page-tables.js";
import { CallTones } from "../../../static/js/frame/call-tones.js";
import {
  SYSTEM_DEFAULT,
  idFor,
  missing,
  readChoice,
} from "../../../static/js/frame/audio-device-match.js";
import { MuteWatch } from "../../../static/js/frame/mute-watch.js";
import { SteadyLevel } from "../../../static/js/frame/quality-watch.js";

test("a level counts when it has lasted five seconds", () => {
  const steady = new SteadyLevel(/** @type {"good" | "poor"} */ ("good"), 5000);
  const heard = [
    ["poor", 0],
    ["good", 1000],
    ["poor", 2000],
    ["poor", 6000],
    ["poor", 7000],
    ["poor", 8000],
    ["good", 9000],
    ["good", 14_000],
  ];
  assert.deepEqual(
    heard.map(([level, at]) => steady.heard(/** @type {any} */ (level), Number(at))),
    [false, false, false, false, true, false, false, true],
  );
});

/** @returns {{watch: MuteWatch, alarms: unknown[][]}} */
function watched() {
  /** @type {unknown[][]} */
  const alarms = [];
  return { watch: new MuteWatch((...alarm) => alarms.push(alarm)), alarms };
}

test("an audible muted microphone raises an alarm in a second", () => {
  const { watch, alarms } = watched();
  watch.asked("a", true, 0);
  for (const at of [0, 250, 500, 750]) watch.heard("a", false, at);
  assert.deepEqual(alarms, [["a", true, false]]);
  watch.heard("a", false, 5000);
  watch.heard("a", true, 5250);
  watch.heard("a", true, 5500);
  assert.deepEqual(alarms.slice(1), [["a", true, true]]);
});

test("the moment that a mute takes is no alarm", () => {
  const { watch, alarms } = watched();
  watch.asked("a", true, 0);
  for (const [at, muted] of [
    [100, false],
    [350, false],
    [600, true],
    [5000, true],
  ])
    watch.heard("a", Boolean(muted), Number(at));
  assert.deepEqual(alarms, []);
});

test("an unmuted microphone that stays off raises an alarm", () => {
  const { watch, alarms } = watched();
  watch.asked("a", false, 0);
  for (const at of [0, 1000]) (watch.heard("a", true, at), watch.heard("b", true, at));
  assert.deepEqual(alarms, [["a", false, false]]);
});

test("a held or an ended call raises no mute alarm", () => {
  const { watch, alarms } = watched();
  watch.asked("a", false, 0);
  for (const at of [0, 1000, 2000]) watch.heard("a", null, at);
  watch.forget("a");
  watch.heard("a", true, 9000);
  assert.deepEqual(alarms, []);
});

const HEADSET = "USB headset";
const devices = [
  { kind: "audioinput", id: "m1", label: "Webcam" },
  { kind: "audioinput", id: "m2", label: HEADSET },
  { kind: "audiooutput", id: "s2", label: HEADSET },
];

test("a device is found by its label among those of its kind", () => {
  const choice = readChoice({ labels: { microphone: HEADSET, speaker: HEADSET } }, SYSTEM_DEFAULT);
  assert.deepEqual(
    ["microphone", "speaker", "ringer"].map((role) =>
      idFor(devices, choice, /** @type {any} */ (role)),
    ),
    ["m2", "s2", ""],
  );
  assert.deepEqual(missing(devices, choice), []);
});

test("the system's device replaces a missing one", () => {
  const choice = readChoice(
    { labels: { microphone: HEADSET, ringer: "Desk speaker" } },
    SYSTEM_DEFAULT,
  );
  assert.deepEqual(missing(devices.slice(0, 1), choice), ["microphone", "ringer"]);
  assert.equal(idFor(devices.slice(0, 1), choice, "microphone"), "");
});

test("absent and invalid choices change nothing", () => {
  const choice = readChoice(
    { labels: { ringer: "Desk speaker" }, processing: { gain: false }, ring_volume: 0.3 },
    SYSTEM_DEFAULT,
  );
  assert.deepEqual(choice, {
    labels: { microphone: "", speaker: "", ringer: "Desk speaker" },
    processing: { echo: true, noise: true, gain: false },
    ring_volume: 0.3,
  });
  for (const said of [undefined, null, {}, { ring_volume: 7 }, { ring_volume: "loud" }])
    assert.deepEqual(readChoice(said, choice), choice);
});

/** @param {[type: string, call: string, waiting?: boolean][]} events */
function toneAfter(...events) {
  const tones = new CallTones();
  for (const [type, call, waiting] of events) tones.take({ type, call, waiting }, true);
  return tones.now;
}

test("a first call rings, a second one knocks softly", () => {
  assert.equal(toneAfter(["ringing", "a"]), "ring");
  assert.equal(toneAfter(["ringing", "a"], ["answered", "a"]), null);
  assert.equal(toneAfter(["ringing", "a"], ["answered", "a"], ["ringing", "b", true]), "waiting");
  assert.equal(toneAfter(["dialing", "a"], ["ringing", "b"]), "waiting");
});

test("a waiting tone becomes a ring after the conversation", () => {
  assert.equal(
    toneAfter(["dialing", "a"], ["answered", "a"], ["ringing", "b", true], ["ended", "a"]),
    "ring",
  );
  assert.equal(
    toneAfter(["dialing", "a"], ["answered", "a"], ["ringing", "b", true], ["missed", "b"]),
    null,
  );
});
