import assert from "node:assert/strict";
import { test } from "node:test";

import { inFrameOf } from "../../page-tables.js";
import { CallAudio } from "../../../../static/js/providers/kit/call-audio.js";
import { CallLines } from "../../../../static/js/providers/kit/call-lines.js";
import { CallRecord } from "../../../../static/js/providers/kit/call-record.js";
import { nationalNumber, sameNumber } from "../../../../static/js/providers/kit/national-number.js";
import { causeOf } from "../../../../static/js/providers/kit/sip-causes.js";

/** A frame that keeps what it is told. */
function fakeFrame() {
  const [events, followed] = [[], []];
  const media = {
    follow: (call) => followed.push(call),
    forget: (call) => followed.splice(followed.indexOf(call), 1),
  };
  return { events, followed, media, emit: (event) => events.push(event) };
}

function connection() {
  const [sent, heard] = [0, 1].map(() => ({ kind: "audio", enabled: true }));
  return Object.assign(new EventTarget(), {
    sent,
    heard,
    getSenders: () => [{ track: sent }],
    getReceivers: () => [{ track: heard }],
  });
}

test("a call's state follows its direction and its answer", () => {
  const states = [false, true].map((outgoing) => new CallRecord(fakeFrame(), outgoing));
  assert.deepEqual(
    states.map(({ state, exit }) => [state, exit]),
    [
      ["ringing", "reject"],
      ["dialing", "cancel"],
    ],
  );
  for (const call of states) call.answered = true;
  assert.deepEqual(
    states.map(({ state, exit }) => [state, exit]),
    Array(2).fill(["talking", "hangup"]),
  );
});

test("the end of a call is reported once", () => {
  const frame = fakeFrame();
  const call = new CallRecord(frame, false);
  call.report("ringing", { number: "0912" });
  call.finish("missed", { ended_by: "remote" });
  call.finish("ended", {});
  assert.deepEqual(frame.events, [
    { type: "ringing", call: call.id, number: "0912" },
    { type: "missed", call: call.id, ended_by: "remote" },
  ]);
});

test("muted audio stays muted on tracks that come later", () => {
  const frame = fakeFrame();
  const audio = new CallAudio(frame, "a");
  audio.mute(true);
  const first = connection();
  audio.follow(first, () => false);
  assert.equal(first.heard.enabled, false);
  first.heard.enabled = true;
  first.dispatchEvent(new Event("track"));
  assert.equal(first.heard.enabled, false);
  audio.mute(false);
  assert.equal(first.heard.enabled, true);
});

test("a call's microphone is switched off and on", () => {
  const audio = new CallAudio(fakeFrame(), "a");
  audio.switchMicrophone(false);
  const first = connection();
  audio.follow(first, () => false);
  audio.switchMicrophone(false);
  assert.deepEqual([first.sent.enabled, first.heard.enabled], [false, true]);
  audio.switchMicrophone(true);
  assert.equal(first.sent.enabled, true);
});

test("a call has one audio connection at a time", () => {
  const frame = fakeFrame();
  const audio = new CallAudio(frame, "a");
  const first = connection();
  for (const each of [null, first, first, connection()]) audio.follow(each, () => false);
  assert.deepEqual(frame.followed, ["a"]);
  audio.forget();
  audio.forget();
  assert.deepEqual([frame.followed, audio.connection], [[], null]);
});

const call = (id, line, state, held = true) => ({
  id,
  line,
  state,
  answered: state === "talking",
  hold: async () => held,
});

test("a phone has two lines, and keeps one for a call that begins", () => {
  const lines = new CallLines();
  assert.deepEqual([lines.free, lines.busy], [1, false]);
  lines.reserved = 1;
  assert.deepEqual([lines.free, lines.busy], [2, true]);
  lines.reserved = 0;
  lines.add(call("a", 1, "ringing"));
  assert.deepEqual([lines.free, lines.busy], [2, false]);
  lines.add(call("b", 2, "talking"));
  assert.deepEqual([lines.free, lines.busy], [0, true]);
  lines.remove(lines.find("a"));
  assert.deepEqual([lines.free, lines.find("a")], [1, undefined]);
});

test("an agent turns to another call only from one that can be held", () => {
  const lines = new CallLines();
  const [ringing, talking] = [call("a", 1, "ringing"), call("b", 2, "talking")];
  lines.add(talking);
  lines.mustTurnTo();
  lines.add(ringing);
  assert.throws(() => lines.mustTurnTo(), /not_allowed_now/);
  lines.mustTurnTo(ringing);
  talking.state = "dialing";
  assert.throws(() => lines.mustTurnTo(ringing), /not_allowed_now/);
});

test("a hold that fails stops the turn to another call", async () => {
  const lines = new CallLines();
  const ringing = call("a", 1, "ringing");
  lines.add(ringing);
  lines.add(call("b", 2, "talking", false));
  await assert.rejects(lines.holdOthers(ringing), /failed/);
});

test("a number is written nationally", () => {
  for (const number of ["0912 345 678", "+84912345678", "0084.912.345.678", "(091) 2345-678"])
    assert.equal(nationalNumber(number), "0912345678");
  assert.equal(nationalNumber("5001"), "5001");
});

test("one caller is recognised in every spelling", () => {
  for (const number of ["0912345678", "84912345678", "+84 912 345 678", "912345678"])
    assert.ok(sameNumber(number, "0912345678"), number);
  assert.ok(!sameNumber("0912345679", "0912345678"));
  assert.ok(!sameNumber("84", "0"));
});

test("a Reason header knows more than the status", () => {
  inFrameOf("sip");
  const message = (status_code, reason) => ({ status_code, getHeader: () => reason });
  assert.equal(causeOf(message(487, "SIP;cause=200")), "answered_elsewhere");
  assert.equal(causeOf(message(486)), "busy");
  assert.equal(causeOf(message(599)), "failed");
});
