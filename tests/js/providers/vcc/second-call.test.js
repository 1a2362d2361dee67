// A second call that rings during another one: VCC's script has one call, so its callbacks are
// ambiguous.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

/** The agent's own leg is up, and the customer's phone rings. */
async function dialled() {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.agentLeg();
  csCurrentCallId("out-1");
  await pass(1000);
  return vcc;
}

/** Only the agent server reports it: the leg was refused as busy. */
function ringsBehind(vcc, number = "0977123456") {
  Object.assign(vcc.voice, {
    isRinging: true,
    callInfo: { callId: "in-2", caller: number, callDirection: 1 },
  });
  csCallRinging(number);
}

/** The caller gives up: the script forgets what it had, but not the audio. */
function givesUp(vcc) {
  const { session } = globalThis.state;
  vcc.reset();
  globalThis.state.session = session;
  csEndCall();
}

test("a caller behind a dialled call ends only their own call", async () => {
  const vcc = await dialled();
  ringsBehind(vcc);
  await pass(2000);
  givesUp(vcc);
  await pass(5000);
  assert.deepEqual(vcc.calls, ["dialing"]);
  vcc.customerAnswers();
  await pass(1000);
  vcc.over();
  await pass(8000);
  assert.deepEqual(vcc.calls, ["dialing", "answered", "ended"]);
});

test("a caller behind a dialled call is forgotten at its answer", async () => {
  const vcc = await dialled();
  ringsBehind(vcc);
  vcc.customerAnswers();
  vcc.voice.isRinging = false;
  await pass(300_000);
  csEndCall(); // the audio ends after it
  vcc.reset();
  await pass(8000);
  assert.deepEqual(vcc.calls, ["dialing", "answered", "ended"]);
});

test("a caller during a conversation here does not end it", async () => {
  const vcc = await signedIn();
  vcc.rings("0912345678", "in-1");
  await vcc.command("answer");
  await pass(1000);
  const talk = vcc.live;
  ringsBehind(vcc);
  await pass(2000);
  givesUp(vcc);
  await pass(5000);
  assert.deepEqual([vcc.calls, vcc.live], [["ringing", "answered"], talk]);
  vcc.over();
  await pass(8000);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended"]);
});

test("a caller still ringing after the conversation is shown", async () => {
  const vcc = await signedIn();
  vcc.rings("0912345678", "in-1");
  await vcc.command("answer");
  await pass(1000);
  ringsBehind(vcc);
  globalThis.state.session = null;
  vcc.voice.isAnswering = false;
  csEndCall();
  await pass(1000);
  assert.deepEqual(
    [vcc.calls, vcc.events.at(-1).number],
    [["ringing", "answered", "ended", "ringing"], "0977123456"],
  );
});

test("a leg that replaces the conversation's own ends it", async () => {
  const vcc = await signedIn();
  vcc.rings("0912345678", "in-1");
  await vcc.command("answer");
  await pass(1000);
  globalThis.state.session = { connection: null };
  ringsBehind(vcc);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended", "ringing"]);
});

/** The agent server alone reports a call; the script keeps what it says. */
function ringsAtServer(vcc, callId, caller) {
  const callInfo = { callId, caller, callDirection: 1 };
  Object.assign(vcc.voice, { hasCall: true, isRinging: true, isAnswering: false, callInfo });
  csCurrentCallId(callId);
}

test("a ring reported after its leg's end is no new call", async () => {
  const vcc = await signedIn();
  vcc.rings("0912345678", "");
  vcc.over();
  await pass(1500);
  ringsAtServer(vcc, "vcc-1", "0912345678");
  await pass(200_000);
  assert.deepEqual([vcc.calls, vcc.live], [["ringing", "missed"], undefined]);
  vcc.rings("0977123456", "");
  assert.deepEqual(vcc.calls, ["ringing", "missed", "ringing"]);
  assert.equal(vcc.events.at(-1).external, undefined);
});

test("a ring reported before its leg begins with the leg", async () => {
  const vcc = await signedIn();
  ringsAtServer(vcc, "vcc-1", "0912345678");
  await pass(3000);
  assert.deepEqual(vcc.calls, []);
  vcc.rings("0912345678", "");
  assert.deepEqual([vcc.calls, vcc.events[0].external], [["ringing"], [["vcc", "vcc-1"]]]);
});

for (const [device, number] of [
  ["ip_phone", "0977123456"],
  ["ip_phone", "0912345678"],
  ["gsm", "0977123456"],
]) {
  test(`${number} rings right after a dialled call on ${device}`, async () => {
    const [deviceType, device_number] = device === "gsm" ? [3, "0931234567"] : [2, ""];
    const vcc = await signedIn({ deviceType }, { device, device_number });
    await vcc.command("dial", { number: "0912345678" });
    csCurrentCallId("out-1");
    vcc.customerAnswers();
    globalThis.state.session = null;
    await pass(5000);
    vcc.reset(); // no callback reports the end of a dialled call
    vcc.rings(number, "in-2");
    await pass(3000);
    vcc.over();
    await pass(6000);
    assert.deepEqual(vcc.calls, ["dialing", "answered", "ended", "ringing", "missed"]);
  });
}

test("a late ring of a cancelled call's customer is no call", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.agentLeg();
  await vcc.command("hangup");
  Object.assign(vcc.voice, { callInfo: { callId: "out-1" }, isCallout: true });
  csCurrentCallId("out-1");
  csCallRinging("0912345678");
  csCustomerAccept();
  await pass(8000);
  assert.deepEqual([vcc.calls, vcc.live], [["dialing", "ended"], undefined]);
  assert.equal(vcc.voice.isCallout, false, "otherwise the script picks up the next caller");
  vcc.rings("0977123456", "");
  assert.equal(vcc.events.at(-1).external, undefined);
});

async function refusedOnPhone() {
  const vcc = await signedIn({ deviceType: 2 }, { device: "ip_phone" });
  await vcc.command("dial", { number: "0912345678" });
  return vcc;
}

test("a refused dial does not end the ring that it met", async () => {
  const vcc = await refusedOnPhone();
  vcc.rings("0977123456", "in-2");
  showCalloutError("CALLOUT_AGENT_BUSY");
  vcc.reset(); // the script forgets the ring too
  await pass(3000);
  assert.deepEqual(vcc.calls, ["dialing", "failed", "ringing"]);
  assert.equal(vcc.events[1].provider_code, "CALLOUT_AGENT_BUSY");
  vcc.accepted();
  globalThis.state.session = null;
  await pass(3000);
  vcc.over();
  assert.deepEqual(vcc.calls.slice(2), ["ringing", "answered", "ended"]);
});

test("a refused dial's late end does not end the next dial", async () => {
  const vcc = await refusedOnPhone();
  vcc.fails("CALLOUT_AGENT_BUSY");
  await vcc.command("dial", { number: "0977123456" });
  vcc.reset(); // the end of the refused dial
  await pass(3000);
  vcc.voice.hasCall = true;
  showCalloutInfo("0977123456");
  csCurrentCallId("out-2");
  await pass(1000);
  assert.deepEqual(vcc.calls, ["dialing", "failed", "dialing"]);
  vcc.reset();
  await pass(2000);
  assert.deepEqual(vcc.calls.slice(2), ["dialing", "ended"]);
});

test("a forgotten dial after another one ends in its time", async () => {
  const vcc = await refusedOnPhone();
  vcc.fails("CALLOUT_AGENT_BUSY");
  await vcc.command("dial", { number: "0977123456" });
  vcc.reset(); // the agent's own phone has refused it
  await pass(16_000);
  assert.deepEqual(vcc.calls.slice(2), ["dialing", "ended"]);
});

test("a ring ends a dial that the script forgot", async () => {
  const vcc = await refusedOnPhone();
  vcc.fails("CALLOUT_AGENT_BUSY");
  await vcc.command("dial", { number: "0977123456" });
  vcc.reset();
  await pass(500);
  vcc.rings("0912345678", "in-3");
  assert.deepEqual(vcc.calls.slice(2), ["dialing", "ended", "ringing"]);
});

test("the customer's own ring on a phone is no second call", async () => {
  const vcc = await signedIn({ deviceType: 2 }, { device: "ip_phone" });
  await vcc.command("dial", { number: "0912345678" });
  vcc.voice.isRinging = true;
  vcc.voice.callInfo = { callId: "out-1", caller: "19001234", callDirection: 2 };
  csCallRinging("19001234"); // the number that the customer sees
  await pass(2000);
  assert.deepEqual(vcc.calls, ["dialing"]);
});

for (const [where, options, session] of [
  ["in the browser", {}, {}],
  ["on an IP phone", { deviceType: 2 }, { device: "ip_phone" }],
]) {
  test(`a call back after a cancelled call rings ${where}`, async () => {
    const vcc = await signedIn(options, session);
    await vcc.command("dial", { number: "0912345678" });
    vcc.server.endCall = (self) => self.reset(); // VCC is not asked
    await vcc.command("hangup");
    const asked = vcc.asked.length;
    vcc.rings("0912345678", "");
    await pass(100);
    csCurrentCallId("in-1"); // the id comes on another socket
    await pass(2000);
    assert.deepEqual([vcc.calls, vcc.asked.slice(asked)], [["dialing", "ended", "ringing"], []]);
    assert.deepEqual(vcc.events.at(-1).external ?? [["vcc", "in-1"]], [["vcc", "in-1"]]);
  });
}
