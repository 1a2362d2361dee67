// Calls on an IP phone or a mobile while the vendor's server is away: events are missed, no live
// call is ended, and none stays open for ever.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const MINUTE = 60_000;
const ON_PHONE = { deviceType: 2, isConnectToAgent: true };

async function onPhone() {
  const vcc = await new Vcc(ON_PHONE).start({ device: "ip_phone" });
  vcc.rings();
  return vcc;
}

async function talkingOnPhone() {
  const vcc = await onPhone();
  vcc.accepted();
  globalThis.state.session = null; // the audio is elsewhere
  await pass(1000);
  return vcc;
}

/**
 * The script signs in again, and reports everything but the call.
 * @param {number} ms
 * @param {object} [found] the script's state after it
 */
async function away(vcc, ms, found = {}) {
  csNotifyReconnecting(1, 20);
  await pass(ms);
  Object.assign(vcc.voice, found);
  csShowCallStatus(vcc.voice.callStatus);
  csShowEnableVoice(vcc.voice.enableVoice);
  csShowDeviceType(vcc.voice.deviceType);
  csInitComplete();
}

const UNHEARD = ["ended", "system", "failed", "no_news"];
const end = (vcc) =>
  vcc.events
    .filter(({ call }) => call)
    .map(({ type, ended_by, cause, provider_code }) => [type, ended_by, cause, provider_code])
    .at(-1);

test("a call without events after an outage ends as unknown", async () => {
  const vcc = await talkingOnPhone();
  await away(vcc, 15_000);
  await pass(9 * MINUTE);
  assert.deepEqual([vcc.calls, vcc.phone.status().calls.length], [["ringing", "answered"], 1]);
  await pass(MINUTE);
  assert.deepEqual([end(vcc), vcc.phone.status().calls], [UNHEARD, []]);
  assert.ok(
    !vcc.asked.some(([name]) => name === "endCall"),
    "a talk that may go on is not cut off",
  );
  await pass(MINUTE);
  assert.equal(vcc.calls.length, 3, "what the script still has of it is no new call");
});

test("an outage that is not reported counts as well", async () => {
  const gone = await talkingOnPhone();
  csNotifyReconnecting(1, 20);
  await pass(11 * MINUTE);
  assert.deepEqual(end(gone), UNHEARD);
  gone.phone.leave();
  const silent = await talkingOnPhone();
  silent.server.csInit(silent);
  await pass(11 * MINUTE);
  assert.deepEqual(end(silent), UNHEARD);
});

test("a call forgotten after an outage ends as unknown", async () => {
  const vcc = await talkingOnPhone();
  await away(vcc, 15_000, { hasCall: false, isAnswering: false, callInfo: null });
  await pass(3000);
  assert.deepEqual(end(vcc), UNHEARD);
});

test("a call forgotten during an outage goes on", async () => {
  const vcc = await talkingOnPhone();
  csNotifyReconnecting(1, 20);
  const { callInfo } = vcc.voice;
  Object.assign(vcc.voice, { hasCall: false, isAnswering: false, callInfo: null });
  await pass(MINUTE);
  assert.deepEqual(vcc.calls, ["ringing", "answered"]);
  await away(vcc, 0, { hasCall: true, isAnswering: true, callInfo });
  await pass(MINUTE);
  vcc.over();
  assert.deepEqual(end(vcc), ["ended", "remote", "completed", undefined]);
});

test("the true end that comes later is reported", async () => {
  const vcc = await talkingOnPhone();
  await away(vcc, 15_000, { hasCall: false, isAnswering: false, callInfo: null });
  await pass(20 * MINUTE);
  csEndCall();
  assert.deepEqual(end(vcc), ["ended", "remote", "completed", undefined]);
  csEndCall();
  assert.equal(vcc.calls.length, 4);
});

test("a sign of life brings it back under its own id", async () => {
  const vcc = await talkingOnPhone();
  const id = vcc.live;
  await away(vcc, 15_000);
  await pass(11 * MINUTE);
  csCurrentCallId("vcc-1");
  assert.deepEqual([vcc.calls.at(-1), vcc.phone.status().calls], ["answered", [id]]);
  await pass(11 * MINUTE);
  vcc.over();
  assert.deepEqual(end(vcc), ["ended", "remote", "completed", undefined]);
});

test("an event after the outage makes the call certain", async () => {
  const vcc = await talkingOnPhone();
  await away(vcc, 15_000);
  assert.equal(await vcc.command("hold"), "ok");
  await pass(30 * MINUTE);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "held"]);
});

test("an uncertain ring is given up without endCall", async () => {
  const vcc = await onPhone();
  await away(vcc, 15_000);
  await pass(3 * MINUTE);
  assert.deepEqual([end(vcc), vcc.asked.some(([name]) => name === "endCall")], [UNHEARD, false]);
  vcc.accepted();
  assert.deepEqual(vcc.calls, ["ringing", "ended", "ringing", "answered"]);
});

test("No Answer after the outage means a missed ring", async () => {
  const vcc = await onPhone();
  await away(vcc, 15_000, { callStatus: "No Answer" });
  assert.deepEqual(end(vcc), ["missed", "remote", "missed", undefined]);
});

test("hanging up ends an uncertain call without an answer", async () => {
  const vcc = await talkingOnPhone();
  vcc.server.endCall = () => {};
  csNotifyReconnecting(1, 20);
  assert.equal(
    await vcc.command("hangup"),
    "failed",
    "while the server is away the talk may go on",
  );
  await away(vcc, 1000);
  assert.equal(await vcc.command("hangup"), "ok");
  assert.deepEqual(end(vcc), ["ended", "agent", "completed", undefined]);
});

test("the next ring ends an uncertain call", async () => {
  const vcc = await talkingOnPhone();
  await away(vcc, 15_000);
  vcc.rings("0977123456", "vcc-2");
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended", "ringing"]);
  assert.equal(vcc.events.at(-2).provider_code ?? vcc.events.at(-3).provider_code, "no_news");
});

test("calls are uncertain while the voice is elsewhere", async () => {
  const vcc = await talkingOnPhone();
  vcc.owns(false);
  await pass(11 * MINUTE);
  assert.deepEqual(end(vcc), UNHEARD);
});

test("a call in this browser is certain", async () => {
  const vcc = await new Vcc({ isConnectToAgent: true }).start();
  vcc.rings();
  await vcc.command("answer");
  await away(vcc, 15_000, { hasCall: false, isAnswering: false, callInfo: null });
  await pass(60 * MINUTE);
  assert.deepEqual(vcc.calls, ["ringing", "answered"]);
  vcc.over();
  assert.deepEqual(end(vcc), ["ended", "remote", "completed", undefined]);
});

test("the next dial does not end a call that may go on", async () => {
  const vcc = await talkingOnPhone();
  await away(vcc, 15_000);
  await pass(11 * MINUTE);
  assert.equal(await vcc.command("dial", { number: "0987654321", call: undefined }), "ok");
  assert.deepEqual(
    vcc.asked.filter(([name]) => name !== "changeDevice"),
    [["csCallout", "0987654321"]],
  );
});

test("a dialled call that the script forgets is over", async () => {
  const vcc = await new Vcc(ON_PHONE).start({ device: "ip_phone" });
  await vcc.command("dial", { number: "0912345678" });
  await pass(2000);
  vcc.reset();
  await pass(2000);
  assert.deepEqual(vcc.calls, ["dialing", "ended"]);
});

test("a refused sign-in makes a call on the phone uncertain", async () => {
  const vcc = await talkingOnPhone();
  csInitError(401);
  await pass(9 * MINUTE);
  assert.deepEqual([vcc.reloads, vcc.calls], [0, ["ringing", "answered"]]);
  await pass(2 * MINUTE);
  assert.deepEqual([end(vcc), vcc.phone.status().calls, vcc.reloads], [UNHEARD, [], 1]);
});

test("hanging up after the last socket gets a new frame", async () => {
  const vcc = await talkingOnPhone();
  vcc.server.endCall = () => {};
  csInitError(401);
  assert.equal(await vcc.command("hangup"), "ok");
  await pass(1000);
  assert.deepEqual([end(vcc), vcc.reloads], [["ended", "agent", "completed", undefined], 1]);
});

test("a call without an id does not come back after its end", async () => {
  const vcc = await new Vcc(ON_PHONE).start({ device: "ip_phone" });
  vcc.rings("0912345678", "");
  vcc.accepted();
  globalThis.state.session = null;
  await pass(1000);
  vcc.server.endCall = () => {};
  await away(vcc, 1000);
  assert.equal(await vcc.command("hangup"), "ok");
  await pass(MINUTE);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended"]);
});
