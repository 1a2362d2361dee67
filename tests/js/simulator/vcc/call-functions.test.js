// The fake VCC scripts' functions for calls, row by row of the contract's table 3.4.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settled, VccPage } from "./page.js";

const page = (options) => new VccPage(options).login();

test("csCallout of 8 to 13 digits asks the agent server", async () => {
  const alice = await page();
  for (const number of ["12345678", "1234567890123"]) {
    alice.do("csCallout", number);
    assert.deepEqual(alice.heard, [["showCalloutInfo", number]]);
    assert.deepEqual(
      [alice.request.objectId, alice.request.number],
      [alice.get("CS_CALLOUT"), number],
    );
    alice.callout("ERROR", { number, errorCode: "ERROR_CALLOUT_CONNECT" });
  }
});

test("csCallout of 1 to 7 digits is a SIP call of this browser", async () => {
  const alice = await page();
  for (const number of ["9", "5002", "1234567"]) {
    alice.do("csCallout", number);
    await settled();
    const { call, user } = alice.sip.sent.at(-1);
    assert.deepEqual([alice.heard, user], [[], number]);
    alice.leg("RINGING", { call });
    assert.deepEqual(alice.heard, [["csCallRinging", number]]);
    alice.window.endCall();
  }
});

for (const number of ["", "0", "0123", "+84912345678", "12345678901234", "091234567a", "abc"]) {
  test(`csCallout("${number}") only writes to the console`, async () => {
    const alice = await page();
    const sent = alice.server.sent.length;
    alice.do("csCallout", number);
    assert.deepEqual([alice.heard, alice.server.sent.length], [[], sent]);
    assert.match(alice.logged.at(-1), /csCallout/);
  });
}

test("csCallout of an extension does nothing on another device", async () => {
  const alice = await new VccPage().login({ deviceType: 2 });
  alice.do("csCallout", "5002");
  assert.deepEqual(alice.heard, []);
});

test("csCallout with isCallout only writes to the console", async () => {
  const alice = await page();
  alice.voice.isCallout = true;
  alice.do("csCallout", "0912345678");
  assert.deepEqual(alice.heard, []);
  assert.match(alice.logged.at(-1), /not now/);
});

test("csCallout without the voice does nothing in some builds", async () => {
  for (const [callout_needs_voice, names] of [
    [true, []],
    [false, ["showCalloutInfo"]],
  ]) {
    const alice = await new VccPage({ switches: { callout_needs_voice } }).login({
      enableVoice: false,
    });
    alice.do("csCallout", "0912345678");
    assert.deepEqual(alice.names, names);
  }
});

test("csCallout with a hotline passes it on", async () => {
  const alice = await page();
  const [{ callout_id: hotline }] = alice.voice.getCalloutServices();
  alice.do("csCallout", "0912345678", hotline);
  assert.equal(alice.request.calloutId, 1);
});

test("onAcceptCall answers what rings in the browser", async () => {
  const alice = await page();
  alice.rings();
  alice.heard.length = 0;
  await alice.answered();
  assert.deepEqual(alice.heard, [["csAcceptCall"]]);
  assert.deepEqual(alice.sip.sent.at(-1), { method: "ANSWER", call: "c1" });
});

test("onAcceptCall does nothing on an IP phone or without a call", async () => {
  const alice = await new VccPage().login({ deviceType: 2 });
  alice.rings();
  const sent = alice.server.sent.length;
  alice.do("onAcceptCall");
  assert.deepEqual([alice.heard, alice.server.sent.length], [[], sent]);
});

test("onAcceptCall throws when the page has no peer-video", async () => {
  const alice = await page();
  delete alice.videos["peer-video"];
  alice.rings();
  assert.throws(() => alice.window.onAcceptCall(), { name: "TypeError" });
});

test("endCall of a ringing call rejects it with SIP 480", async () => {
  const alice = await page();
  alice.rings();
  alice.do("endCall");
  assert.deepEqual(alice.sip.sent.at(-1), { method: "REJECT", call: "c1", code: 480 });
  assert.deepEqual(alice.heard, [["csEndCall"]]);
});

test("endCall ends an answered call", async () => {
  const alice = await page();
  alice.rings();
  await alice.answered();
  alice.do("endCall");
  assert.deepEqual(alice.sip.sent.at(-1), { method: "BYE", call: "c1" });
  assert.deepEqual(alice.heard, [["csEndCall"]]);
});

test("endCall cancels an outbound call whose leg is there", async () => {
  const alice = await page();
  await alice.dialled();
  alice.do("endCall");
  assert.deepEqual(alice.sip.sent.at(-1), { method: "BYE", call: "c1" });
  assert.deepEqual(alice.heard, [["csEndCall"]]);
});

test("endCall on an IP phone asks the agent server", async () => {
  const alice = await new VccPage().login({ deviceType: 2 });
  assert.throws(() => alice.window.endCall(), { name: "TypeError" });
  alice.rings();
  alice.voice.isHold = true;
  const sent = alice.server.sent.length;
  alice.do("endCall");
  assert.equal(alice.server.sent.length, sent);
  alice.voice.isHold = false;
  alice.do("endCall");
  assert.deepEqual(
    [alice.request.objectId, alice.request.callId],
    [alice.get("CS_CALL_END"), "c1"],
  );
});

test("holdCall toggles a call whose leg is up", async () => {
  const alice = await page();
  assert.throws(() => alice.window.holdCall(), { name: "TypeError" });
  alice.window.csCallout("0912345678");
  const sent = alice.server.sent.length;
  alice.do("holdCall");
  assert.equal(alice.server.sent.length, sent);
  alice.leg("INVITE", { call: "c1", user: "0912345678", quiet: true });
  await settled();
  for (const hold of [true, false]) {
    alice.do("holdCall");
    assert.deepEqual([alice.request.objectId, alice.request.hold], [alice.get("CS_HOLD"), hold]);
    alice.tells("CS_HOLD", { result: "OK", hold });
    assert.deepEqual(
      [alice.names, alice.voice.isHold],
      [[hold ? "csHoldCall" : "csUnHoldCall"], hold],
    );
  }
});

test("muteCall toggles on an inbound call that is not held", async () => {
  const alice = await page();
  alice.rings();
  await alice.answered();
  for (const mute of [true, false]) {
    alice.do("muteCall");
    assert.equal(alice.request.mute, mute);
    alice.tells("CS_MUTE", { result: "OK", mute });
    assert.deepEqual(
      [alice.names, alice.voice.isMute],
      [[mute ? "csMuteCall" : "csUnMuteCall"], mute],
    );
  }
  alice.voice.isHold = true;
  const sent = alice.server.sent.length;
  alice.do("muteCall");
  assert.equal(alice.server.sent.length, sent);
});

test("muteCall on an outbound call alerts and sends a bad message", async () => {
  const alice = await page();
  await alice.dialled();
  alice.do("muteCall");
  assert.equal(alice.alerts.length, 1);
  assert.deepEqual([alice.request.objectId, alice.request.mute], [alice.get("CS_MUTE"), null]);
});
