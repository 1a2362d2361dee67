// The state of a call in the fake VCC scripts' csVoice, and its times (7.3.1, 7.3.7, 7.3.9).

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { settled, VccPage } from "./page.js";

const page = (state, options) => new VccPage(options).login(state);

test.afterEach(() => mock.timers.reset());

test("csCallout in a call does nothing, or forgets the call", async () => {
  for (const callout_in_call of [false, true]) {
    const alice = await page({}, { switches: { callout_in_call } });
    alice.rings();
    await alice.answered();
    alice.do("csCallout", "0987654321");
    assert.deepEqual(alice.names, callout_in_call ? ["showCalloutInfo"] : []);
    if (callout_in_call)
      alice.callout("ERROR", { call: "c2", number: "0987654321", errorCode: "CALLOUT_AGENT_BUSY" });
    assert.deepEqual(
      [alice.window.state.session.isEstablished(), alice.voice.hasCall],
      [true, !callout_in_call],
    );
  }
});

test("the agent's own leg makes a placed call look answered", async () => {
  const alice = await page();
  alice.window.csCallout("0912345678");
  const flags = () => [
    alice.voice.isConnectToAgent,
    alice.voice.isRinging,
    alice.voice.isAnswering,
  ];
  assert.deepEqual(flags(), [true, true, false]);
  alice.leg("INVITE", { call: "c1", user: "0912345678", quiet: true });
  await settled();
  assert.deepEqual(
    [flags(), alice.names.includes("csCustomerAccept")],
    [[false, false, true], false],
  );
  alice.callout("ANSWER");
  assert.equal(alice.names.at(-1), "csCustomerAccept");
});

test("an IP phone's placed call is answering at the answer", async () => {
  const alice = await page({ deviceType: 2 });
  alice.window.csCallout("0912345678");
  for (const [status, answering] of [
    ["STARTING", false],
    ["RINGING", false],
    ["ANSWER", true],
  ]) {
    alice.callout(status);
    assert.equal(alice.voice.isAnswering, answering);
  }
});

test("the hotline comes with the agent server's ring", async () => {
  for (const ring_first of [false, true]) {
    mock.timers.enable({ apis: ["setTimeout"] });
    const alice = await page({}, { switches: { ring_first } });
    const seen = [];
    for (const name of ["csCallRinging", "csCurrentCallId"])
      alice.window[name] = () => void seen.push([name, alice.voice.callInfo.line]);
    alice.rings();
    assert.equal(alice.window.getIvrSelection(), "Sales");
    mock.timers.tick(200);
    const [session, server] = [
      ["csCallRinging", ""],
      ["csCurrentCallId", "19001234"],
    ];
    assert.deepEqual(seen, ring_first ? [server, session] : [session, server]);
    mock.timers.reset();
  }
});

test("endCall before the leg lets the leg ring in most builds", async () => {
  for (const [early_end_ignored, asked] of [
    [true, "CS_CALLOUT"],
    [false, "CS_CALL_END"],
  ]) {
    const alice = await page({}, { switches: { early_end_ignored } });
    alice.window.csCallout("0912345678");
    alice.do("endCall");
    assert.equal(alice.request.objectId, alice.get(asked));
    alice.leg("INVITE", { call: "c1", user: "0912345678", quiet: true });
    await settled();
    assert.deepEqual(
      [alice.heard, alice.voice.isCallout],
      [[["csCallRinging", "0912345678"]], false],
    );
  }
});

test("endCall in the browser forgets the call at once", async () => {
  const alice = await page();
  alice.rings();
  await alice.answered();
  let seen;
  alice.window.ua.send = () =>
    (seen = [
      alice.voice.callInfo,
      alice.voice.hasCall,
      alice.voice.isConnectToAgent,
      alice.window.state.session?.id,
    ]);
  alice.do("endCall");
  assert.deepEqual(seen, [null, false, false, "c1"]);
});
