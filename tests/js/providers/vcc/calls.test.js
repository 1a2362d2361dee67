// VCC's calls: each is reported once, from its beginning to its one end, whatever the vendor's
// scripts leave out or repeat.

import assert from "node:assert/strict";
import { mock, test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

test("an incoming call rings, is answered and ends", async () => {
  const vcc = await signedIn();
  vcc.rings();
  assert.deepEqual(vcc.events[0], {
    type: "ringing",
    call: vcc.live,
    direction: "inbound",
    number: "0912345678",
    line: 1,
  });
  assert.equal(await vcc.command("answer"), "ok");
  await pass(500);
  assert.equal(vcc.followed.size, 1);
  vcc.over();
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended"]);
  const end = vcc.events.at(-1);
  assert.deepEqual(
    [end.ended_by, end.cause, end.external],
    ["remote", "completed", [["vcc", "vcc-1"]]],
  );
  assert.equal(vcc.followed.size, 0);
});

test("an early id belongs to the next call alone", async () => {
  const vcc = await signedIn();
  csCurrentCallId("early");
  vcc.rings("0912345678", "");
  vcc.over();
  assert.deepEqual(
    vcc.events.map(({ external }) => external),
    [[["vcc", "early"]], [["vcc", "early"]]],
  );
  csCurrentCallId("early");
  vcc.rings("0987654321", "");
  assert.equal(vcc.events.at(-1).external, undefined);
});

test("a call that rings twice is one call", async () => {
  const vcc = await signedIn();
  vcc.rings();
  csCallRinging("0912345678");
  vcc.accepted();
  csAcceptCall();
  csCallRinging("0912345678");
  assert.deepEqual(vcc.calls, ["ringing", "answered"]);
});

test("an unanswered call is missed, a declined one rejected", async () => {
  const vcc = await signedIn();
  vcc.rings();
  vcc.over();
  vcc.rings("0987654321", "vcc-2");
  assert.equal(await vcc.command("reject"), "ok");
  assert.deepEqual(
    vcc.reported("missed", "ended").map(({ type, cause, ended_by: by }) => [type, cause, by]),
    [
      ["missed", "missed", "remote"],
      ["ended", "rejected", "agent"],
    ],
  );
});

test("an outgoing call is dialled nationally, answered and ended", async () => {
  const vcc = await signedIn();
  assert.equal(await vcc.command("dial", { number: "+84 912-345 678" }), "ok");
  assert.deepEqual(vcc.asked, [["csCallout", "0912345678"]]);
  vcc.agentLeg();
  csCurrentCallId("out-1");
  csCallRinging("0912345678");
  vcc.customerAnswers();
  assert.equal(await vcc.command("hangup"), "ok");
  assert.deepEqual(vcc.calls, ["dialing", "answered", "ended"]);
  assert.deepEqual([vcc.events[0].direction, vcc.events[0].number], ["outbound", "0912345678"]);
  assert.deepEqual(
    [vcc.events[2].ended_by, vcc.events[2].cause, vcc.events[2].external[0][1]],
    ["agent", "completed", "out-1"],
  );
});

test("a call hung up before its answer is cancelled", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  assert.equal(await vcc.command("hangup"), "ok");
  assert.deepEqual(vcc.events.at(-1).cause, "cancelled");
});

const ROWS = [
  ["IPCC_NOT_CONNECT_CUSTOMER", 404, "not_found"],
  ["IPCC_NOT_CONNECT_CUSTOMER", "486", "busy"],
  ["IPCC_NOT_CONNECT_CUSTOMER", 408, "no_answer"],
  ["IPCC_NOT_CONNECT_CUSTOMER", "403", "forbidden"],
  ["IPCC_NOT_CONNECT_CUSTOMER", 487, "no_answer"],
  ["IPCC_NOT_CONNECT_CUSTOMER", 480, "unreachable"],
  ["IPCC_NOT_CONNECT_CUSTOMER", 503, "failed"],
  ["IPCC_NOT_CONNECT_AGENT_ID", undefined, "failed"],
  ["CALLOUT_AGENT_BUSY", undefined, "failed"],
  ["CALLOUT_PERMISSION_DENY", undefined, "forbidden"],
  ["ERROR_CALLOUT_CONNECT", undefined, "failed"],
];

for (const [code, sip, cause] of ROWS) {
  for (const order of ["error first", "end first", "no end"]) {
    test(`${code} ${sip ?? ""} is one failure: ${order}`, async () => {
      const vcc = await signedIn();
      await vcc.command("dial", { number: "0912345678" });
      vcc.agentLeg();
      await pass(5000);
      if (order === "end first") vcc.over();
      vcc.fails(code, sip);
      vcc.fails(code, sip);
      if (order === "error first") vcc.over();
      await pass(8000);
      assert.deepEqual(vcc.calls, ["dialing", "failed"]);
      const { cause: found, provider_code, sip_code } = vcc.events[1];
      assert.deepEqual([found, provider_code, sip_code], [cause, code, sip && Number(sip)]);
    });
  }
}

test("the late end of a call that failed does not end the next one", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.fails("IPCC_NOT_CONNECT_CUSTOMER", 486);
  await vcc.command("dial", { number: "0987654321" });
  csEndCall();
  assert.deepEqual(vcc.calls, ["dialing", "failed", "dialing"]);
  vcc.customerAnswers();
  vcc.over();
  assert.deepEqual(vcc.calls.slice(2), ["dialing", "answered", "ended"]);
});

test("an end without a reason is a failure after a moment", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.over();
  assert.deepEqual(vcc.calls, ["dialing"]);
  await pass(3200);
  assert.deepEqual(
    [vcc.events.at(-1).type, vcc.events.at(-1).provider_code],
    ["failed", "no_progress"],
  );
});

test("a ring without an end is over in its time by any clock", async () => {
  const vcc = await signedIn();
  vcc.rings();
  const wall = mock.method(Date, "now", () => 0);
  await pass(152_000);
  wall.mock.restore();
  assert.equal(vcc.calls.length, 2);
});

test("a ring while a failure's reason is awaited is a new call", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.over();
  vcc.rings("0987654321");
  assert.deepEqual(vcc.calls, ["dialing", "failed", "ringing"]);
  await pass(3200);
  csCurrentCallId("vcc-2");
  vcc.accepted();
  assert.deepEqual(
    [vcc.events.at(-1).type, vcc.events.at(-1).external],
    ["answered", [["vcc", "vcc-2"]]],
  );
});

test("a number that the script would ignore is refused", async () => {
  const vcc = await signedIn();
  for (const number of ["", "12a", "+1 202 555 0123", "0123", "12345678901234", "*98", "0000000"])
    assert.equal(await vcc.command("dial", { number }), "bad_number", number);
  assert.deepEqual([vcc.asked, vcc.events], [[], []]);
});

test("a script that does not react has not sent the call", async () => {
  for (const server of [
    () => {},
    () => {
      throw new Error("stuck");
    },
  ]) {
    const vcc = await signedIn();
    vcc.server.csCallout = server;
    assert.equal(await vcc.command("dial", { number: "0912345678" }), "not_sent");
    assert.deepEqual(vcc.events.at(-1).provider_code, "not_sent");
    assert.deepEqual(vcc.phone.status().calls, []);
  }
});

test("a script that stays busy after a call is corrected", async () => {
  const vcc = await signedIn();
  const dial = vcc.server.csCallout;
  vcc.server.csCallout = (self, number) => self.voice.isCallout || dial(self, number);
  vcc.voice.isCallout = true;
  assert.equal(await vcc.command("dial", { number: "0912345678" }), "ok");
});

test("a called colleague is no incoming call", async () => {
  const vcc = await signedIn();
  vcc.server.csCallout = (self, number) => {
    Object.assign(self.voice, { hasCall: true, isRinging: true });
    csCallRinging(number);
  };
  assert.equal(await vcc.command("dial", { number: "5002" }), "ok");
  vcc.accepted();
  vcc.over();
  assert.deepEqual(vcc.calls, ["dialing", "answered", "ended"]);
  assert.deepEqual([vcc.events[0].direction, vcc.events[0].number], ["internal", "5002"]);
});

test("an unreported end on an IP phone counts after a second", async () => {
  const vcc = await signedIn({ deviceType: 4 }, { device: "ip_phone" });
  vcc.rings();
  vcc.accepted();
  await pass(1000);
  vcc.reset();
  await pass(2000);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended"]);
});

test("lost answers and lost beginnings are found in the state", async () => {
  const vcc = await signedIn();
  vcc.rings();
  vcc.voice.isAnswering = true;
  await pass(2000);
  assert.deepEqual(vcc.calls, ["ringing", "answered"]);
  vcc.over();
  await pass(6000);
  vcc.sound();
  Object.assign(vcc.voice, {
    hasCall: true,
    callInfo: { callId: "found", caller: "0977", callDirection: 1 },
  });
  await pass(2000);
  assert.deepEqual(vcc.calls.slice(3), ["ringing"]);
  assert.deepEqual(
    [vcc.events.at(-1).number, vcc.events.at(-1).external],
    ["0977", [["vcc", "found"]]],
  );
});

test("a dialled call without any report does not stay open", async () => {
  const vcc = await signedIn();
  vcc.server.csCallout = (_, number) => showCalloutInfo(number);
  await vcc.command("dial", { number: "0912345678" });
  await pass(16_000);
  assert.deepEqual(vcc.calls, ["dialing", "failed"]);
});
