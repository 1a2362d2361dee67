// The fake VCC scripts' functions, row by row of the contract's table 3.4.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settled, VccPage } from "./page.js";

const page = (options) => new VccPage(options).login();

test("csInit sends the token and the domain", async () => {
  const alice = await page();
  assert.equal(
    alice.asked[0],
    "http://localhost:5001/vcc/api/login/check-partner?authToken=the.token&domain=demo",
  );
});

test("csInit ends in its four callbacks in order", async () => {
  const alice = await page();
  assert.deepEqual(alice.heard, [
    ["csShowCallStatus", "Online"],
    ["csShowEnableVoice", true],
    ["csShowDeviceType", 1],
    ["csInitComplete"],
  ]);
});

test("csInit with a refused token ends in csInitError with a code", async () => {
  const alice = new VccPage({ partner: { code: 401 } });
  alice.window.csInit("bad", "demo");
  await settled();
  assert.deepEqual(alice.heard, [["csInitError", 401]]);
});

test("csInit without a network ends in csInitError without a code", async () => {
  const alice = new VccPage();
  alice.partner = null;
  alice.window.csInit("the.token", "demo");
  await settled();
  assert.deepEqual(alice.heard, [["csInitError", undefined]]);
});

test("an agent server's refusal ends in csInitError as well", async () => {
  const alice = new VccPage();
  alice.window.csInit("the.token", "demo");
  await settled();
  alice.server.opens();
  alice.tells("CS_LOGIN", { code: 401 });
  assert.deepEqual(alice.heard, [["csInitError", 401]]);
});

test("csInit registers the browser that has the voice", async () => {
  const alice = await page();
  assert.equal(alice.window.ua.isRegistered(), true);
  assert.equal(alice.window.state.status, "registered");
  assert.equal(alice.window.status, "registered");
});

for (const [where, state] of [
  ["without the voice", { enableVoice: false }],
  ["with an IP phone", { deviceType: 2 }],
]) {
  test(`csInit ${where} registers nothing`, async () => {
    const alice = await new VccPage().login(state);
    assert.equal(alice.sip, undefined);
  });
}

test("csEnableCall gives the voice here and registers the browser", async () => {
  const alice = await new VccPage().login({ enableVoice: false });
  alice.do("csEnableCall");
  assert.equal(alice.request.objectId, alice.get("CS_VOICE"));
  alice.tells("CS_VOICE", { enableVoice: true, deviceType: 1 });
  assert.deepEqual(alice.heard, [["csShowEnableVoice", true]]);
  assert.equal(alice.sip.url, "ws://localhost:5001/vcc/sip");
});

test("a tab that loses the voice loses its registration", async () => {
  const alice = await page();
  alice.heard.length = 0;
  alice.tells("CS_VOICE", { enableVoice: false });
  assert.deepEqual(alice.heard, [["csShowEnableVoice", false]]);
  assert.equal(alice.window.ua.isRegistered(), false);
});

for (const [before, after] of [
  ["Online", "Offline"],
  ["Offline", "Online"],
  ["No Answer", "Online"],
]) {
  test(`changeCallStatus toggles from ${before} to ${after}`, async () => {
    const alice = await new VccPage().login({ callStatus: before });
    alice.do("changeCallStatus");
    assert.equal(alice.request.callStatus, after);
    assert.equal(alice.voice.callStatus, after, "at once, before the server has said anything");
    assert.deepEqual(alice.heard, []);
    alice.tells("CS_STATUS", { callStatus: before });
    assert.deepEqual(alice.heard, [["csShowCallStatus", before]], "refused: it is what it was");
    assert.equal(alice.voice.callStatus, before);
  });
}

test("changeDevice asks for the device, a mobile with its number", async () => {
  const alice = await page();
  alice.do("changeDevice", 3, "0931234567");
  assert.deepEqual(
    [alice.request.objectId, alice.request.deviceType, alice.request.phone],
    [alice.get("CS_DEVICE"), 3, "0931234567"],
  );
  assert.equal(alice.voice.deviceType, 3, "before the server has said anything");
  alice.device(1, 3);
  assert.deepEqual(alice.heard, [["csShowDeviceType", 3]]);
});

for (const [role, device] of [
  [6, 4],
  [7, 3],
  [9, 6],
]) {
  test(`reConfigDeviceType puts role ${role} back on device ${device}`, async () => {
    const alice = await page({ partner: { user: { phone_no: "5003", role } } });
    alice.do("reConfigDeviceType");
    assert.deepEqual([alice.request.deviceType, alice.request.phone], [device, ""]);
  });
}

for (const role of [1, 2, 4, 5]) {
  test(`reConfigDeviceType does nothing for role ${role}`, async () => {
    const alice = await page({ partner: { user: { phone_no: "5001", role } } });
    const sent = alice.server.sent.length;
    alice.do("reConfigDeviceType");
    assert.equal(alice.server.sent.length, sent);
  });
}

test("csUnregister ends a browser's registration, no callback", async () => {
  const alice = await page();
  alice.do("csUnregister");
  assert.deepEqual(
    [alice.heard, alice.window.ua.isRegistered(), alice.sip.readyState],
    [[], false, 3],
  );
});
