// The media leg of the fake VCC scripts.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { settled, VccPage } from "./page.js";

const page = (state, options) => new VccPage(options).login(state);

test.afterEach(() => mock.timers.reset());

test("a second leg is answered with 486, and the first goes on", async () => {
  const alice = await page();
  alice.rings();
  alice.leg("INVITE", { call: "c2", user: "0987654321" });
  assert.deepEqual(alice.sip.sent.at(-1), { method: "REJECT", call: "c2", code: 486 });
  assert.equal(alice.window.state.session.id, "c1");
});

test("some builds let a second leg overwrite the first", async () => {
  const alice = await page({}, { switches: { second_session_overwrites: true } });
  alice.rings();
  alice.leg("INVITE", { call: "c2", user: "0987654321" });
  assert.equal(alice.window.state.session.id, "c2");
});

test("leg messages are taken once each and in order", async () => {
  const alice = await page();
  alice.heard.length = 0;
  const invite = { n: 2, method: "INVITE", call: "c1", user: "0912345678" };
  alice.sip.says({ n: 3, method: "BYE", call: "c1" });
  assert.deepEqual(alice.heard, []);
  alice.sip.says(invite);
  alice.sip.says(invite);
  assert.deepEqual(alice.names, ["csCallRinging", "csEndCall"]);
  assert.deepEqual(alice.sip.sent.at(-1), { method: "ACK", n: 3 });
});

test("a missing microphone rejects the call with 480", async () => {
  const alice = await page();
  alice.microphone = () => Promise.reject(new DOMException("none", "NotFoundError"));
  alice.rings();
  await alice.answered();
  assert.deepEqual(alice.sip.sent.at(-1), { method: "REJECT", call: "c1", code: 480 });
  assert.equal(alice.names.at(-1), "csEndCall");
});

test("the audio is on #peer-video, and hold stops it both ways", async () => {
  const alice = await page();
  alice.rings();
  const { session } = alice.window.state;
  assert.equal(session.connection, null);
  await alice.answered();
  assert.equal(alice.videos["peer-video"].srcObject, session.connection.remote);
  for (const [on, direction] of [
    [true, "sendonly"],
    [false, "sendrecv"],
  ]) {
    alice.leg("HOLD", { call: "c1", on });
    await settled();
    assert.deepEqual(session.connection.remoteDescription.directions, [direction]);
    assert.deepEqual(
      [session.isOnHold().remote, session.pretendCustomer.connection.sends],
      [on, !on],
    );
  }
  alice.window.endCall();
  assert.deepEqual([session.connection.closed, alice.videos["peer-video"].srcObject], [true, null]);
});

test("a refused registration shows in the state only", async () => {
  const alice = new VccPage();
  alice.window.csInit("the.token", "demo");
  await settled();
  alice.server.opens();
  alice.tells("CS_LOGIN", { code: 200, callStatus: "Online", enableVoice: true, deviceType: 1 });
  alice.sip.opens();
  alice.leg("REFUSED", { code: 403 });
  assert.deepEqual(
    [alice.window.state.status, alice.window.ua.isRegistered()],
    ["unregistered", false],
  );
  assert.equal(alice.names.at(-1), "csInitComplete");
});

test("sendDTMF goes over the leg, and only in the browser", async () => {
  const alice = await page();
  alice.rings();
  await alice.answered();
  alice.do("sendDTMF", "5");
  assert.deepEqual(alice.sip.sent.at(-1), { method: "DTMF", call: "c1", tones: "5" });
});

test("a registration names its legs and the answered ones", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const alice = await page();
  alice.rings();
  alice.sip.drops();
  await alice.answered();
  mock.timers.tick(2000);
  alice.sip.opens();
  const { method, calls, answered } = alice.sip.sent.at(-1);
  assert.deepEqual([method, calls, answered], ["REGISTER", ["c1"], ["c1"]]);
});
