// Late events of VCC's previous call, which must not change the present one.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

async function dialled(...where) {
  const vcc = await signedIn(...where);
  await vcc.command("dial", { number: "0912345678" });
  return vcc;
}

test("the next dial waits for the audio of the previous call", async () => {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  const { session } = globalThis.state;
  let ended = false;
  session.isEnded = () => ended;
  vcc.server.endCall = (self) => {
    Object.assign(self.voice, {
      hasCall: false,
      isAnswering: false,
      isConnectToAgent: false,
      callInfo: null,
    });
    setTimeout(() => ((ended = true), csEndCall()), 1500);
  };
  const hangup = vcc.command("hangup");
  assert.equal(await vcc.command("dial", { number: "0987654321" }), "not_allowed_now");
  await hangup;
  assert.equal(await vcc.command("dial", { number: "0987654321" }), "ok");
  await pass(3000);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended", "dialing"]);
});

test("the late end of a call does not end the next ring", async () => {
  const vcc = await signedIn();
  vcc.rings();
  vcc.server.endCall = (self) => self.reset();
  await vcc.command("reject");
  vcc.rings("0987654321", "vcc-2");
  csEndCall();
  assert.deepEqual(vcc.calls, ["ringing", "ended", "ringing"]);
  vcc.over();
  assert.equal(vcc.calls.at(-1), "missed");
});

test("the late leg of a cancelled call is ended, and no new call", async () => {
  const vcc = await dialled();
  const forgets = (self) =>
    Object.assign(self.voice, {
      hasCall: false,
      isCallout: false,
      isConnectToAgent: false,
      callInfo: null,
    });
  vcc.server.endCall = forgets; // VCC is not asked
  await vcc.command("hangup");
  assert.deepEqual([vcc.calls, vcc.events.at(-1).cause], [["dialing", "ended"], "cancelled"]);
  vcc.server.endCall = (self) => self.over();
  vcc.rings("0912345678", "");
  await pass(8000);
  assert.deepEqual(
    [vcc.calls, vcc.asked.filter(([name]) => name === "endCall").length],
    [["dialing", "ended"], 2],
  );
  vcc.server.endCall = forgets;
  await pass(20_000);
  vcc.rings("0912345678", "in-1");
  assert.equal(vcc.calls.at(-1), "ringing");
});

test("the late leg of a failed call is no new call", async () => {
  const vcc = await dialled();
  vcc.fails("IPCC_NOT_CONNECT_CUSTOMER", 603);
  vcc.rings("0912345678", "");
  await pass(2000);
  vcc.over();
  await pass(8000);
  assert.deepEqual([vcc.calls, vcc.events.at(-1).sip_code], [["dialing", "failed"], 603]);
});

for (const [whose, id] of [
  ["with an id", "in-1"],
  ["without an id", ""],
])
  test(`a call back ${whose} rings after a failed call`, async () => {
    const vcc = await dialled();
    vcc.fails("IPCC_NOT_CONNECT_CUSTOMER", 603);
    const asked = vcc.asked.length;
    vcc.rings("0912345678", "");
    await pass(1000);
    csCurrentCallId(id); // the id comes on another socket
    await pass(id ? 500 : 6000);
    assert.deepEqual([vcc.calls, vcc.asked.slice(asked)], [["dialing", "failed", "ringing"], []]);
  });

test("a leg that comes during its hang-up is ended as well", async () => {
  const vcc = await dialled();
  vcc.server.endCall = (self) =>
    Object.assign(self.voice, { hasCall: false, isCallout: false, callInfo: null });
  const hangup = vcc.command("hangup");
  await pass(1000);
  vcc.server.endCall = (self) => self.over();
  vcc.rings("0912345678", "");
  assert.equal(await hangup, "ok");
  await pass(8000);
  assert.deepEqual([vcc.calls, vcc.events.at(-1).cause], [["dialing", "ended"], "cancelled"]);
});

test("a script with a stale call still dials the next one", async () => {
  const vcc = await signedIn();
  const dial = vcc.server.csCallout;
  vcc.server.csCallout = (self, number) =>
    self.voice.hasCall || self.voice.isConnectToAgent || dial(self, number);
  vcc.server.endCall = () => {
    throw new TypeError("callId of null");
  };
  Object.assign(vcc.voice, { hasCall: true, isConnectToAgent: true });
  assert.equal(await vcc.command("dial", { number: "0912345678" }), "ok");
});
