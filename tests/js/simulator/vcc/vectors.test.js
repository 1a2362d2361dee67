// The behaviour vectors for a fake SDK in section 8 of the provider's contract, one test each.

import assert from "node:assert/strict";
import { test } from "node:test";
import { VccPage } from "./page.js";

const page = (state, options) => new VccPage(options).login(state);

test("second tab: the four callbacks in order, without the voice", async () => {
  const second = await page({ enableVoice: false });
  assert.deepEqual(second.heard, [
    ["csShowCallStatus", "Online"],
    ["csShowEnableVoice", false],
    ["csShowDeviceType", 1],
    ["csInitComplete"],
  ]);
});

test("second tab takes the voice: true here, false in the first", async () => {
  const [first, second] = [await page(), await page({ enableVoice: false })];
  first.heard.length = 0;
  second.do("csEnableCall");
  assert.equal(second.request.objectId, second.get("CS_VOICE"));
  second.tells("CS_VOICE", { enableVoice: true, deviceType: 1 });
  first.tells("CS_VOICE", { enableVoice: false });
  assert.deepEqual(
    [second.heard, first.heard],
    [[["csShowEnableVoice", true]], [["csShowEnableVoice", false]]],
  );
});

test("Online, toggled: Offline", async () => {
  const alice = await page();
  alice.do("changeCallStatus");
  alice.tells("CS_STATUS", { callStatus: alice.request.callStatus });
  assert.deepEqual(alice.heard, [["csShowCallStatus", "Offline"]]);
});

test("a missed inbound call: csEndCall, then No Answer", async () => {
  const alice = await page();
  alice.rings();
  alice.heard.length = 0;
  alice.leg("BYE", { call: "c1" });
  alice.tells("CS_STATUS", { callStatus: "No Answer" });
  assert.deepEqual(alice.heard, [["csEndCall"], ["csShowCallStatus", "No Answer"]]);
  assert.equal(alice.voice.missCall, true);
});

test("device 1, a refused switch to 2: device 1 is shown", async () => {
  const alice = await page();
  alice.do("changeDevice", 2);
  assert.equal(alice.request.deviceType, 2);
  alice.device(1, 2, 0);
  assert.deepEqual(alice.heard, [["csShowDeviceType", 1]]);
});

test("a refused hold fires csHoldCall with isHold false", async () => {
  const alice = await page();
  alice.rings();
  await alice.answered();
  alice.do("holdCall");
  alice.tells("CS_HOLD", { result: "IPCCERR0001", hold: true });
  assert.deepEqual([alice.heard, alice.voice.isHold], [[["csHoldCall"]], false]);
});

test("idle, a number with a plus: nothing", async () => {
  const alice = await page();
  alice.do("csCallout", "+84912345678");
  assert.deepEqual(alice.heard, []);
});

test("a busy callee: info, the error with 486, the leg's end", async () => {
  const alice = await page();
  alice.heard.length = 0;
  await alice.dialled("0912345678");
  alice.callout("ERROR", { errorCode: "IPCC_NOT_CONNECT_CUSTOMER", sipCode: 486 });
  alice.leg("BYE", { call: "c1" });
  const told = alice.heard.filter(([name]) => name !== "csCallRingingAgent");
  assert.deepEqual(told, [
    ["showCalloutInfo", "0912345678"],
    ["showCalloutError", "IPCC_NOT_CONNECT_CUSTOMER", 486],
    ["csEndCall"],
  ]);
});
