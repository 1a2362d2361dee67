// The fake VCC scripts' agent server socket: lost, back, refused, and what nobody tells (7.3.2,
// 7.3.5).

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { settled, VccPage } from "./page.js";

const page = (state, options) => new VccPage(options).login(state);

test.afterEach(() => mock.timers.reset());

test("a lost agent server is tried 20 times, every 10 s", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const alice = await page();
  alice.heard.length = 0;
  alice.server.drops();
  for (let number = 1; number <= 20; number += 1) {
    assert.deepEqual(alice.heard.at(-1), ["csNotifyReconnecting", number, 20]);
    const before = alice.sockets.length;
    mock.timers.tick(9_999);
    assert.equal(alice.sockets.length, before);
    mock.timers.tick(1);
    assert.equal(alice.sockets.length, before + 1);
    alice.server.drops();
  }
  assert.deepEqual(alice.heard.at(-1), ["csOndisconnected"]);
});

test("csNotifyReconnecting and csOndisconnected are optional", async () => {
  const alice = await page(
    {},
    { without: ["csNotifyReconnecting", "csOndisconnected"], switches: { retry_total: 1 } },
  );
  alice.server.drops();
  alice.get("csPush").again();
  assert.doesNotMatch(alice.logged.join(), /ReferenceError/);
});

test("a socket that is back logs in with the same token", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const alice = await page({ deviceType: 2 });
  alice.rings();
  alice.server.drops();
  mock.timers.tick(10_000);
  alice.heard.length = 0;
  alice.server.opens();
  assert.equal(alice.request.token, "the.token");
  alice.tells("CS_LOGIN", { code: 200, callStatus: "No Answer", enableVoice: true, deviceType: 2 });
  assert.deepEqual(alice.heard, [
    ["csShowCallStatus", "Offline"],
    ["csShowEnableVoice", true],
    ["csShowDeviceType", 2],
    ["csInitComplete"],
  ]);
  assert.deepEqual([alice.voice.hasCall, alice.voice.callInfo.callId], [true, "c1"]);
});

test("the keep-alive is sent after ten seconds of silence", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const alice = await page({ deviceType: 2 });
  alice.rings();
  mock.timers.tick(10_000);
  assert.deepEqual(alice.request, { objectId: 11111111 });
  alice.heard.length = 0;
  alice.tells("CS_PING", {});
  assert.deepEqual([alice.heard, alice.voice.hasCall], [[], true]);
});

test("a refused login of a socket that is back depends on the build", async () => {
  for (const [refused_login, heard, tries] of [
    ["told", ["csInitError"], 1],
    ["silent", [], 1],
    ["closed", ["csNotifyReconnecting"], 2],
  ]) {
    mock.timers.enable({ apis: ["setTimeout"] });
    const alice = await page({}, { switches: { refused_login } });
    alice.server.drops();
    mock.timers.tick(10_000);
    alice.heard.length = 0;
    alice.server.opens();
    const { server } = alice;
    alice.tells("CS_LOGIN", { code: 401 });
    if (refused_login === "closed") server.drops();
    mock.timers.tick(10_000);
    assert.deepEqual(
      [alice.names, alice.sockets.filter(({ url }) => url === server.url).length - 1],
      [heard, tries],
      refused_login,
    );
    mock.timers.reset();
  }
});

test("some builds report a lost socket at the next attempt", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const alice = await page({}, { switches: { reconnecting_late: true } });
  alice.heard.length = 0;
  alice.server.drops();
  assert.deepEqual(alice.heard, []);
  mock.timers.tick(10_000);
  assert.deepEqual(alice.heard, [["csNotifyReconnecting", 1, 20]]);
});

test("a socket lost before the first login is given up", async () => {
  for (const [retry_before_login, name] of [
    [false, "csOndisconnected"],
    [true, "csNotifyReconnecting"],
  ]) {
    const alice = new VccPage({ switches: { retry_before_login } });
    alice.window.csInit("the.token", "demo");
    await settled();
    alice.server.drops();
    assert.deepEqual(alice.names, [name]);
  }
});

test("while the socket is lost, csCallout looks as if it dialled", async () => {
  const alice = await page();
  const { server } = alice;
  server.drops();
  const sent = server.sent.length;
  alice.do("csCallout", "0912345678");
  assert.deepEqual([alice.names, server.sent.length], [["showCalloutInfo"], sent]);
});

test("csInit again opens a second socket, and the first goes on", async () => {
  const alice = await page();
  const first = alice.server;
  alice.window.csInit("the.token", "demo");
  await settled();
  assert.deepEqual([first.readyState, alice.server === first], [1, false]);
});
