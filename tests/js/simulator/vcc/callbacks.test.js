// The fake VCC scripts' callbacks: each row of the contract's table 3.5, and the sequences of
// 3.6.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CALLBACKS, settled, VccPage } from "./page.js";

const page = (options) => new VccPage(options).login();
const onIpPhone = (options) => new VccPage(options).login({ deviceType: 2 });

async function talking(options) {
  const alice = await page(options);
  alice.rings();
  await alice.answered();
  alice.heard.length = 0;
  return alice;
}

// What the agent server says, and the one callback that follows: rows 4 to 14 and 18 to 23.
const ROWS = [
  ["CS_MUTE", { result: "OK", mute: true }, ["csMuteCall"]],
  ["CS_MUTE", { result: "OK", mute: false }, ["csUnMuteCall"]],
  ["CS_HOLD", { result: "OK", hold: true }, ["csHoldCall"]],
  ["CS_HOLD", { result: "OK", hold: false }, ["csUnHoldCall"]],
  [
    "CS_CALLOUT",
    { status: "ERROR", number: "0912345678", errorCode: "IPCC_NOT_CONNECT_CUSTOMER", sipCode: 486 },
    ["showCalloutError", "IPCC_NOT_CONNECT_CUSTOMER", 486],
  ],
  ["CS_VOICE", { enableVoice: true }, ["csShowEnableVoice", true]],
  ["CS_VOICE", { enableVoice: false }, ["csShowEnableVoice", false]],
  ["CS_STATUS", { callStatus: "No Answer" }, ["csShowCallStatus", "No Answer"]],
  ["CS_CALLOUT", { status: "ANSWER", callId: "c1", number: "0912345678" }, ["csCustomerAccept"]],
  ["CS_DEVICE", { result: 1, oldDeviceType: 1, newDeviceType: 2 }, ["csShowDeviceType", 2]],
  ["CS_RING", { callId: "c7", caller: "0912345678" }, ["csCurrentCallId", "c7"]],
  [
    "CS_AGENTS",
    { agents: [{ ipPhone: "5002", userName: "Bob" }] },
    ["csListTransferAgent", [{ ipPhone: "5002", userName: "Bob" }]],
  ],
  [
    "CS_TRANSFER_ERROR",
    { error: "TRANSFER_CALL_FAILED", agent: { ipphone: "5002" } },
    ["csTransferCallError", "TRANSFER_CALL_FAILED", { ipphone: "5002" }],
  ],
  [
    "CS_TRANSFER_SUCCESS",
    { agent: { superAgent: "5001", ipphone: "5002" } },
    ["csTransferCallSuccess", { superAgent: "5001", ipphone: "5002" }],
  ],
  [
    "CS_TRANSFER_ASKED",
    { request: { callId: "c9" } },
    ["csNewCallTransferRequest", { callId: "c9" }],
  ],
  ["CS_TRANSFER_RESPONSE", { status: "OK" }, ["csTransferCallResponse", "OK"]],
  ["CS_TRANSFER_RESPONSE", { status: "NOK" }, ["csTransferCallResponse", "NOK"]],
  ["CS_SURVEY", { status: "OK" }, ["csTransferSurveyResponse", "OK"]],
];

for (const [message, fields, expected] of ROWS) {
  test(`${expected[0]} follows ${message} ${JSON.stringify(fields)}`, async () => {
    const alice = await page({ switches: { stray_nok: false } });
    if (fields.status === "ERROR") alice.window.csCallout("0912345678");
    alice.heard.length = 0;
    alice.tells(message, fields);
    assert.deepEqual(alice.heard, [expected]);
  });
}

test("csHoldCall and csUnHoldCall come after a failure as well", async () => {
  const alice = await talking();
  for (const [hold, callback, before] of [
    [true, "csHoldCall", false],
    [false, "csUnHoldCall", true],
  ]) {
    alice.voice.isHold = before;
    alice.heard.length = 0;
    alice.tells("CS_HOLD", { result: "IPCCERR0001", hold });
    assert.deepEqual([alice.names, alice.voice.isHold], [[callback], before]);
  }
});

test("a failed mute fires no callback", async () => {
  const alice = await talking();
  alice.tells("CS_MUTE", { result: "IPCCERR0003", mute: true });
  assert.deepEqual([alice.heard, alice.voice.isMute], [[], false]);
});

test("an inbound call in the browser: ring, call id, answer, end", async () => {
  const alice = await page();
  alice.heard.length = 0;
  alice.rings();
  await alice.answered();
  alice.leg("BYE", { call: "c1" });
  assert.deepEqual(alice.heard, [
    ["csCallRinging", "0912345678"],
    ["csCurrentCallId", "c1"],
    ["csAcceptCall"],
    ["csEndCall"],
  ]);
});

test("the media leg's ring replaces callInfo, without a call id", async () => {
  const alice = await page();
  alice.tells("CS_RING", { callId: "c1", caller: "0912345678" });
  assert.equal(alice.voice.callInfo.callId, "c1");
  alice.leg("INVITE", { call: "c1", user: "0912345678" });
  assert.equal(alice.voice.callInfo.callId, "");
});

test("some builds ring twice, also by the agent server's message", async () => {
  const alice = await page({ switches: { ring_twice: true } });
  alice.heard.length = 0;
  alice.rings();
  assert.deepEqual(alice.names, ["csCallRinging", "csCallRinging", "csCurrentCallId"]);
});

for (const deviceType of [2, 3, 4, 6]) {
  test(`the agent server reports calls on device ${deviceType}`, async () => {
    const alice = await new VccPage().login({ deviceType });
    alice.heard.length = 0;
    alice.rings();
    alice.tells("CS_AGENT_ANSWER", { callId: "c1" });
    alice.tells("CS_CALL_END", { callId: "c1" });
    assert.deepEqual(alice.heard, [
      ["csCallRinging", "0912345678"],
      ["csCurrentCallId", "c1"],
      ["csAcceptCall"],
      ["csEndCall"],
    ]);
  });
}

test("an outbound call in the browser fires its callbacks in order", async () => {
  const alice = await page();
  alice.heard.length = 0;
  await alice.dialled();
  assert.deepEqual(alice.heard, [["showCalloutInfo", "0912345678"], ["csCallRingingAgent"]]);
  assert.deepEqual(
    alice.sip.sent.at(-1),
    { method: "ANSWER", call: "c1" },
    "the leg was answered by itself",
  );
  alice.callout("RINGING");
  alice.callout("ANSWER");
  alice.leg("BYE", { call: "c1" });
  alice.callout("ENDCALL");
  assert.deepEqual(alice.heard.slice(2), [
    ["csCurrentCallId", "c1"],
    ["csCallRinging", "0912345678"],
    ["csCustomerAccept"],
    ["csEndCall"],
  ]);
});

test("older builds do not fire csCallRinging when the customer rings", async () => {
  const alice = await page({ switches: { customer_ringing: false } });
  await alice.dialled();
  alice.heard.length = 0;
  alice.callout("RINGING");
  assert.deepEqual(alice.heard, [["csCurrentCallId", "c1"]]);
});

test("an outbound call that fails: error, then its leg ends", async () => {
  const alice = await page();
  await alice.dialled();
  alice.heard.length = 0;
  alice.callout("ERROR", { errorCode: "IPCC_NOT_CONNECT_CUSTOMER", sipCode: 404 });
  alice.leg("BYE", { call: "c1" });
  assert.deepEqual(alice.heard, [
    ["showCalloutError", "IPCC_NOT_CONNECT_CUSTOMER", 404],
    ["csEndCall"],
  ]);
});

for (const end of ["ENDCALL", "TERMINATE", "ERROR"]) {
  test(`${end} of an outbound IP phone call fires no csEndCall`, async () => {
    const alice = await onIpPhone();
    alice.do("csCallout", "0912345678");
    for (const status of ["STARTING", "RINGING", "ANSWER"]) alice.callout(status);
    assert.deepEqual(alice.names, [
      "showCalloutInfo",
      "showCalloutInfo",
      "csCurrentCallId",
      "csCallRinging",
      "csCustomerAccept",
    ]);
    assert.equal(alice.voice.hasCall, true);
    alice.callout(end, { errorCode: "ERROR_CALLOUT_CONNECT" });
    assert.deepEqual(
      [alice.voice.hasCall, alice.voice.isCallout, alice.names.includes("csEndCall")],
      [false, false, false],
    );
  });
}

test("a dialled extension rings here; csAcceptCall is its answer", async () => {
  const alice = await page();
  alice.do("csCallout", "5002");
  await settled();
  const [call] = alice.sip.sent
    .filter(({ method }) => method === "INVITE")
    .map((message) => message.call);
  alice.leg("RINGING", { call });
  alice.leg("ACCEPTED", { call });
  alice.leg("BYE", { call });
  assert.deepEqual(alice.heard, [["csCallRinging", "5002"], ["csAcceptCall"], ["csEndCall"]]);
});

test("csVoice.callInfo is gone when csEndCall is called", async () => {
  for (const stuck of [false, true]) {
    const alice = await page({ switches: { stuck_callout: stuck } });
    const seen = [];
    alice.window.csEndCall = () => void seen.push(alice.voice.callInfo, alice.voice.isCallout);
    await alice.dialled();
    alice.leg("BYE", { call: "c1" });
    assert.deepEqual(seen, [null, stuck]);
  }
});

test("without csShowDeviceType no csInitComplete comes", async () => {
  const alice = await page({ without: ["csShowDeviceType"], switches: { ping_ms: 1 } });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(alice.names, ["csShowCallStatus", "csShowEnableVoice"]);
  assert.equal(alice.server.sent.length, 1);
  assert.match(alice.logged.join(), /ReferenceError: csShowDeviceType is not defined/);
});

for (const name of CALLBACKS.filter(
  (name) => !["csNotifyReconnecting", "csOndisconnected"].includes(name),
)) {
  test(`without ${name} only the console has the error`, async () => {
    const alice = new VccPage({ without: [name] });
    assert.doesNotThrow(() => alice.get(`csGuarded(() => ${name}())`));
    assert.match(alice.logged.at(-1), new RegExp(`ReferenceError: ${name} is not defined`));
  });
}

test("a callback's error is swallowed with the rest of its message", async () => {
  const alice = await onIpPhone();
  alice.window.csCallRinging = () => {
    throw new Error("the page's own");
  };
  alice.heard.length = 0;
  alice.rings();
  assert.deepEqual(alice.heard, [], "csCurrentCallId was to follow");
  alice.tells("CS_STATUS", { callStatus: "Offline" });
  assert.deepEqual(alice.names, ["csShowCallStatus"], "the next message is a new piece of work");
});

test("a message that comes twice fires its callback twice", async () => {
  const alice = await onIpPhone();
  alice.heard.length = 0;
  for (let time = 0; time < 2; time += 1) alice.rings();
  assert.deepEqual(alice.names, [
    "csCallRinging",
    "csCurrentCallId",
    "csCallRinging",
    "csCurrentCallId",
  ]);
});

test("a tab without the voice passes over what concerns calls", async () => {
  const alice = await new VccPage().login({ enableVoice: false, deviceType: 2 });
  alice.heard.length = 0;
  alice.rings();
  alice.callout("ANSWER");
  alice.tells("CS_CALL_END", { callId: "c1" });
  assert.deepEqual([alice.heard, alice.voice.hasCall], [[], false]);
});

test("the server's call errors reach no embedding page", async () => {
  const alice = await page();
  alice.heard.length = 0;
  alice.tells("CS_CALL_ERROR", { text: "IPCCERR0000" });
  assert.deepEqual(alice.heard, []);
  assert.match(alice.logged.at(-1), /TypeError/);
});

test("csDebug off keeps messages out of the console", async () => {
  assert.match((await page()).logged.join(), /the\.token/);
  assert.deepEqual((await page({ debug: "off" })).logged, []);
});
