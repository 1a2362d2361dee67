// An outgoing call is answered when the customer answers, and by nothing else; SIP reports the
// failure of a call to a colleague.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);
const ON_DEVICE = [{ deviceType: 2 }, { device: "ip_phone" }];

async function dialled(...where) {
  const vcc = await signedIn(...where);
  await vcc.command("dial", { number: "0912345678" });
  return vcc;
}

test("the agent's own leg is no answer, however long it is up", async () => {
  const vcc = await dialled();
  vcc.agentLeg();
  csAcceptCall(); // as some builds report it
  await pass(60_000);
  assert.deepEqual([vcc.calls, vcc.phone.status().calls.length], [["dialing"], 1]);
  vcc.customerAnswers();
  assert.deepEqual(vcc.calls, ["dialing", "answered"]);
});

test("on an IP phone, too, csCustomerAccept alone is the answer", async () => {
  const vcc = await dialled(...ON_DEVICE);
  vcc.voice.isAnswering = true;
  await pass(10_000);
  assert.deepEqual(vcc.calls, ["dialing"]);
  csCustomerAccept();
  assert.deepEqual(vcc.calls, ["dialing", "answered"]);
});

test("a build that reports no answer keeps its call open", async () => {
  for (const where of [[], ON_DEVICE]) {
    const vcc = await dialled(...where);
    vcc.agentLeg();
    await pass(400_000);
    assert.deepEqual(
      [vcc.calls, vcc.asked.some(([name]) => name === "endCall")],
      [["dialing"], false],
    );
    vcc.over();
    await pass(4000);
    assert.deepEqual(vcc.calls, ["dialing", "failed"]);
  }
});

test("the reason of a failure may follow the end of its audio", async () => {
  const vcc = await dialled();
  vcc.agentLeg();
  await pass(3000);
  vcc.over();
  await pass(2500);
  showCalloutError("IPCC_NOT_CONNECT_CUSTOMER", 486);
  await pass(8000);
  assert.deepEqual(
    [vcc.calls, vcc.events.at(-1).cause, vcc.events.at(-1).sip_code],
    [["dialing", "failed"], "busy", 486],
  );
});

test("an answer of the previous call does not answer the next one", async () => {
  const vcc = await dialled();
  csCurrentCallId("one");
  await vcc.command("hangup");
  await vcc.command("dial", { number: "0987654321" });
  vcc.voice.callInfo = { callId: "one", caller: "0912345678", callDirection: 2 };
  csCustomerAccept();
  assert.deepEqual(vcc.calls, ["dialing", "ended", "dialing"]);
  vcc.agentLeg();
  vcc.voice.callInfo = { callId: "two", caller: "0987654321", callDirection: 2 };
  csCustomerAccept();
  assert.equal(vcc.calls.at(-1), "answered");
});

test("a customer's answer does not answer an incoming call", async () => {
  const vcc = await signedIn();
  vcc.rings();
  csCustomerAccept();
  assert.deepEqual(vcc.calls, ["ringing"]);
});

const SIP = [
  [
    { message: { status_code: 486 }, cause: "Busy" },
    { cause: "busy", sip_code: 486 },
  ],
  [{ message: null, cause: "Busy" }, { cause: "busy" }],
  [
    { message: { status_code: 480 }, cause: "Unavailable" },
    { cause: "unreachable", sip_code: 480 },
  ],
  [
    { message: { status_code: 408 }, cause: "Unavailable" },
    { cause: "no_answer", sip_code: 408 },
  ],
  [
    { message: { status_code: 603 }, cause: "Rejected" },
    { cause: "rejected", sip_code: 603 },
  ],
  [
    { message: { status_code: 404 }, cause: "Not Found" },
    { cause: "not_found", sip_code: 404 },
  ],
  [
    { message: { status_code: 503 }, cause: "SIP Failure Code" },
    { cause: "failed", provider_code: "SIP Failure Code", sip_code: 503 },
  ],
  [
    { originator: "local", message: null, cause: "User Denied Media Access" },
    { cause: "failed", provider_code: "User Denied Media Access", ended_by: "system" },
  ],
];

for (const [event, expected] of SIP) {
  for (const order of ["script first", "we first"]) {
    const code = event.message?.status_code ?? "";
    test(`a colleague is not reached: ${event.cause} ${code}, ${order}`, async () => {
      const vcc = await signedIn();
      const heard = [];
      vcc.server.csCallout = (self) => {
        globalThis.state.session = {
          on: (name, listener) => name === "failed" && heard.push(listener),
          isEnded: () => false,
        };
        self.voice.hasCall = true; // nothing rings before the colleague's phone does
      };
      await vcc.command("dial", { number: "5002" });
      assert.equal(heard.length, 1);
      const steps = [() => vcc.over(), () => heard[0]({ originator: "remote", ...event })];
      for (const step of order === "script first" ? steps : steps.reverse()) step();
      await pass(8000);
      assert.deepEqual(vcc.calls, ["dialing", "failed"]);
      const { type, call, ...fields } = vcc.events.at(-1);
      assert.deepEqual(fields, { ended_by: "remote", ...expected });
    });
  }
}

test("a ring in several spellings of its number is one call", async () => {
  const vcc = await signedIn();
  vcc.rings("0912345678");
  for (const number of ["84912345678", "+84912345678", "0084 912 345 678", "912345678", ""])
    csCallRinging(number);
  assert.deepEqual([vcc.calls, vcc.events[0].number], [["ringing"], "0912345678"]);
  csCallRinging("0912345679");
  assert.deepEqual(vcc.calls, ["ringing", "missed", "ringing"]);
});

test("a dialled number in another spelling is the same call", async () => {
  const vcc = await dialled();
  csCallRinging("84912345678");
  assert.deepEqual(vcc.calls, ["dialing"]);
});

test("a caller behind a dialled call is shown when that call fails", async () => {
  const vcc = await dialled();
  vcc.rings("0977123456", "in-1");
  assert.deepEqual(vcc.calls, ["dialing"]);
  showCalloutError("CALLOUT_AGENT_BUSY");
  assert.deepEqual(
    [vcc.calls, vcc.events.at(-1).number],
    [["dialing", "failed", "ringing"], "0977123456"],
  );
});

test("the called hotline is reported, whichever socket is first", async () => {
  const info = { callId: "in-1", caller: "0912345678", line: "19001234", callDirection: 1 };
  const bySip = { callId: "", caller: "0912345678", callDirection: 1 };
  const server = await signedIn();
  Object.assign(server.voice, { callInfo: info });
  csCurrentCallId("in-1");
  Object.assign(server.voice, { hasCall: true, isRinging: true, callInfo: bySip });
  csCallRinging("0912345678");
  assert.deepEqual(
    server.events.map(({ type, hotline }) => [type, hotline]),
    [["ringing", "19001234"]],
  );
  server.phone.leave();
  const sip = await signedIn();
  Object.assign(sip.voice, { hasCall: true, isRinging: true, callInfo: bySip });
  csCallRinging("0912345678");
  sip.voice.callInfo = info;
  csCurrentCallId("in-1");
  assert.deepEqual(
    sip.events.map(({ type, hotline }) => [type, hotline]),
    [
      ["ringing", undefined],
      ["ringing", "19001234"],
    ],
  );
  sip.accepted();
  assert.equal(sip.events.at(-1).hotline, "19001234");
});

test("the script is not asked to mute a colleague's call", async () => {
  const vcc = await signedIn();
  vcc.rings("5002");
  vcc.voice.callInfo.callDirection = 3;
  await vcc.command("answer");
  assert.equal(await vcc.command("mute"), "ok");
  assert.ok(!vcc.asked.some(([name]) => name === "muteCall"));
});

test("a hold without a call in the script is refused", async () => {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  vcc.server.holdCall = () => {
    throw new TypeError("callId of null");
  };
  assert.equal(await vcc.command("hold"), "failed");
});
