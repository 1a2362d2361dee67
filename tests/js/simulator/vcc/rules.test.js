// The fake VCC scripts' devices (4.3), presence and voice (4.1, 4.2), errors (5.1), the leg, and
// builds.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { settled, VccPage } from "./page.js";

const page = (state, options) => new VccPage(options).login(state);

test.afterEach(() => mock.timers.reset());

for (const type of [2, 3, 4, 6]) {
  test(`a switch to device ${type} unregisters the browser`, async () => {
    const alice = await page();
    alice.do("changeDevice", type, "0931234567");
    alice.device(1, type);
    assert.deepEqual([alice.heard, alice.voice.deviceType], [[["csShowDeviceType", type]], type]);
    assert.deepEqual(
      [alice.window.ua.isRegistered(), alice.window.state.status],
      [false, "disconnected"],
    );
  });
}

test("a switch to the browser asks for the microphone", async () => {
  const alice = await page({ deviceType: 2 });
  alice.device(2, 1);
  await settled();
  assert.deepEqual(alice.asked.at(-1), { audio: true });
  alice.sip.opens();
  alice.leg("REGISTERED");
  assert.equal(alice.window.ua.isRegistered(), true);
});

test("a refused switch reports the old device", async () => {
  const alice = await page();
  alice.do("changeDevice", 2);
  assert.equal(alice.voice.deviceType, 2, "until the answer");
  alice.device(1, 2, 0);
  assert.deepEqual(alice.heard, [["csShowDeviceType", 1]]);
  assert.equal(alice.window.ua.isRegistered(), true);
});

test("some builds say nothing when the device did not change", async () => {
  const alice = await page({}, { switches: { unchanged_device_silent: true } });
  alice.do("changeDevice", 2);
  alice.device(1, 2, 0);
  assert.deepEqual([alice.heard, alice.voice.deviceType], [[], 1]);
});

test("most builds put a new owner back on the browser", async () => {
  for (const forced_browser of [true, false]) {
    const asked = forced_browser ? 1 : undefined;
    const alice = await page(
      { enableVoice: false, deviceType: 2 },
      { switches: { forced_browser } },
    );
    assert.equal(alice.request.deviceType, undefined);
    alice.tells("CS_VOICE", { enableVoice: true, deviceType: 2 });
    assert.equal(alice.request.deviceType, asked);
    const bob = await page({ enableVoice: true, deviceType: 2 }, { switches: { forced_browser } });
    assert.deepEqual([bob.request.deviceType, bob.heard.at(-2)], [asked, ["csShowDeviceType", 2]]);
  }
});

test("the forced switch takes as long as the network takes", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const alice = await page({ deviceType: 2 }, { switches: { forced_after_ms: 3000 } });
  mock.timers.tick(2999);
  assert.equal(alice.request.deviceType, undefined);
  mock.timers.tick(1);
  assert.equal(alice.request.deviceType, 1);
});

test("an unanswered device stays in csVoice, true or not", async () => {
  const alice = await page();
  alice.do("changeDevice", 3, "0931234567");
  assert.deepEqual([alice.heard, alice.voice.deviceType], [[], 3]);
});

test("csInit asks for the role's device before the socket is open", async () => {
  for (const [reconfig_arrives, asked] of [
    [false, []],
    [true, [4]],
  ]) {
    const alice = new VccPage({
      switches: { reconfig_arrives },
      partner: { user: { phone_no: "5003", role: 6 } },
    });
    alice.window.csInit("the.token", "demo");
    await settled();
    assert.equal(alice.voice.deviceType, reconfig_arrives ? 1 : 4);
    alice.server.opens();
    const devices = alice.server.sent.filter(({ objectId }) => objectId === alice.get("CS_DEVICE"));
    assert.deepEqual(
      devices.map(({ deviceType }) => deviceType),
      asked,
    );
  }
});

test("a mobile may be reported as another device", async () => {
  const alice = await page({}, { switches: { gsm_reported_as: 2 } });
  alice.do("changeDevice", 3, "0931234567");
  alice.device(1, 3);
  assert.deepEqual([alice.heard, alice.voice.deviceType], [[["csShowDeviceType", 2]], 3]);
});

test("some builds leave the agent server when they lose the voice", async () => {
  const alice = await page({}, { switches: { loser_leaves: true } });
  alice.tells("CS_VOICE", { enableVoice: false });
  assert.deepEqual(alice.names.slice(-1), ["csShowEnableVoice"]);
  assert.deepEqual(
    [alice.server.readyState, alice.voice.enableVoice, alice.voice.sip_address],
    [3, false, ""],
  );
  const sent = alice.server.sent.length;
  alice.do("csEnableCall");
  assert.equal(alice.server.sent.length, sent, "nobody hears it");
});

const CUSTOMER = "IPCC_NOT_CONNECT_CUSTOMER";
const ERRORS = [
  ...[404, 486, 408, 403, 487, 480, 603].map((sipCode) => [CUSTOMER, sipCode]),
  ...[
    "IPCC_NOT_CONNECT_AGENT_ID",
    "CALLOUT_AGENT_BUSY",
    "CALLOUT_PERMISSION_DENY",
    "ERROR_CALLOUT_CONNECT",
  ].map((code) => [code, undefined]),
];

ERRORS.forEach(([errorCode, sipCode], row) => {
  test(`row ${row + 1} of the errors: ${errorCode} ${sipCode ?? ""}`, async () => {
    const alice = await page();
    alice.do("csCallout", "0912345678");
    alice.callout("ERROR", { errorCode, sipCode });
    assert.deepEqual(alice.heard, [
      ["showCalloutInfo", "0912345678"],
      ["showCalloutError", errorCode, sipCode],
    ]);
    assert.equal(alice.voice.isCallout, false, "the next call may be placed");
  });
});

test("the SIP code may come as a text", async () => {
  const alice = await page({}, { switches: { sip_code_text: true } });
  alice.do("csCallout", "0912345678");
  alice.callout("ERROR", { errorCode: CUSTOMER, sipCode: 486 });
  assert.deepEqual(alice.heard.at(-1), ["showCalloutError", CUSTOMER, "486"]);
});

const UNDOCUMENTED = `sendDTMF getTransferAgent csTransferCallAgent csTransferCallAcd
  responseTransferAgent makeStatusOnline makeStatusOffline isCsHasCall isCsCallout
  getCurrentCallId getHotline getIvrSelection getExtension transferSurvey`.split(/\s+/);

test("old builds lack the undocumented functions", async () => {
  const kinds = (alice) => new Set(UNDOCUMENTED.map((name) => typeof alice.window[name]));
  assert.deepEqual(kinds(await page()), new Set(["function"]));
  const old = await page({}, { switches: { undocumented: false } });
  assert.deepEqual([kinds(old), old.voice.getCalloutServices], [new Set(["undefined"]), undefined]);
  const middle = await page({}, { switches: { newest: false } });
  assert.deepEqual(
    [middle.window.transferSurvey, typeof middle.window.sendDTMF],
    [undefined, "function"],
  );
});

test("a transfer needs a call and a colleague", async () => {
  const alice = await page();
  alice.do("csTransferCallAgent", "5002");
  assert.deepEqual(alice.heard, [["csTransferCallError", "NOT_IN_A_CALL"]]);
  alice.do("csTransferCallAgent", "");
  assert.deepEqual(alice.heard, [["csTransferCallError", "NOT_CHOOSE_TYPE_TRANSFER"]]);
  alice.do("csTransferCallAcd", 1);
  assert.deepEqual(alice.heard, [["csTransferCallResponse", "NOK"]]);
});

test("an offered call is refused after ten seconds", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const bob = await page();
  const asked = (callId) =>
    bob.tells("CS_TRANSFER_ASKED", {
      request: { callId, dropAgentId: "5001", newAgentId: "5002" },
    });
  let inside;
  bob.window.csNewCallTransferRequest = () => {
    try {
      bob.window.responseTransferAgent(1);
    } catch (error) {
      inside = error.name;
    }
  };
  asked("c1");
  assert.equal(inside, "TypeError");
  for (const [answer, accepted] of [
    [1, true],
    [0, false],
  ]) {
    bob.do("responseTransferAgent", answer);
    assert.deepEqual(
      [bob.request.callId, bob.request.accepted, bob.voice.transferRequest.callId],
      ["c1", accepted, "c1"],
    );
  }
  bob.window.csNewCallTransferRequest = () => {};
  asked("c2");
  mock.timers.tick(10_000);
  assert.deepEqual([bob.request.callId, bob.request.accepted], ["c2", false]);
});

test("most builds follow a transfer request with a false NOK", async () => {
  for (const [stray_nok, names] of [
    [true, ["csNewCallTransferRequest", "csTransferCallResponse"]],
    [false, ["csNewCallTransferRequest"]],
  ]) {
    const bob = await page({}, { switches: { stray_nok } });
    bob.heard.length = 0;
    bob.tells("CS_TRANSFER_ASKED", { request: { callId: "c1" } });
    assert.deepEqual(bob.names, names);
  }
});
