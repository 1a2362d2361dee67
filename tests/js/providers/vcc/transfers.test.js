// Transfers between colleagues: an offered call is one call, whose number comes when it rings.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (functions, session) =>
  new Vcc({
    functions: ["responseTransferAgent", "csTransferCallAgent", ...(functions ?? [])],
    ...session?.voice,
  }).start(session);

/**
 * As the script does: it knows the offer after its callback has returned, and two builds report its
 * answer at once.
 */
function offers(vcc, callId = "handed", { stray = false } = {}) {
  vcc.server.responseTransferAgent ??= (self) => {
    if (!self.voice.transferRequest) throw new TypeError("callId of null");
    self.voice.transferRequest = null;
  };
  const request = { callId, dropAgentId: "5002", newAgentId: "5001" };
  csNewCallTransferRequest(request);
  vcc.voice.transferRequest = request;
  if (stray) csTransferCallResponse("NOK");
}

async function talking() {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  vcc.events.length = vcc.asked.length = 0;
  return vcc;
}

test("an offered call rings, is taken and is answered at once", async () => {
  const vcc = await signedIn();
  offers(vcc);
  assert.deepEqual(vcc.events, [
    { type: "ringing", call: vcc.live, direction: "inbound", number: "", line: 1 },
  ]);
  assert.equal(await vcc.command("answer"), "ok");
  await pass(3000);
  vcc.rings("0912345678", "handed");
  await pass(2000);
  vcc.over();
  await pass(20_000);
  assert.deepEqual(vcc.calls, ["ringing", "ringing", "answered", "ended"]);
  assert.equal(new Set(vcc.events.map(({ call }) => call)).size, 1);
  assert.deepEqual(
    vcc.events.slice(1, 3).map(({ number }) => number),
    ["0912345678", "0912345678"],
  );
  assert.deepEqual(vcc.asked, [["responseTransferAgent", 1], ["onAcceptCall"]]);
});

test("an offered call does not have the colleague's id", async () => {
  const vcc = await signedIn();
  offers(vcc);
  await vcc.command("answer");
  vcc.server.onAcceptCall = () => {};
  vcc.rings("0912345678", "handed");
  csCurrentCallId("own");
  vcc.accepted();
  assert.deepEqual(
    vcc.events.map(({ external }) => external),
    [undefined, undefined, [["vcc", "own"]]],
  );
});

test("a call that rings twice is answered at the second ring", async () => {
  const vcc = await signedIn();
  offers(vcc);
  await vcc.command("answer");
  vcc.server.onAcceptCall = () => {};
  csCallRinging("0912345678");
  vcc.server.onAcceptCall = (self) => self.accepted();
  vcc.rings("84912345678", "handed");
  assert.deepEqual(vcc.calls, ["ringing", "ringing", "answered"]);
});

test("a call taken on an IP phone rings there", async () => {
  const vcc = await signedIn([], { device: "ip_phone", voice: { deviceType: 2 } });
  offers(vcc);
  await vcc.command("answer");
  vcc.server.onAcceptCall = () => {};
  vcc.rings("0912345678", "handed");
  await pass(30_000);
  assert.deepEqual(vcc.calls, ["ringing", "ringing"]);
  vcc.accepted();
  assert.equal(vcc.calls.at(-1), "answered");
});

test("a refusal that comes with the offer does not count", async () => {
  const vcc = await signedIn();
  offers(vcc, "handed", { stray: true });
  await pass(1000);
  csTransferCallResponse("NOK");
  csTransferCallError("NOT_IN_A_CALL");
  csTransferCallSuccess({ ipphone: "5001" });
  assert.deepEqual(vcc.calls, ["ringing"]);
  assert.equal(await vcc.command("answer"), "ok");
});

test("an offer during a conversation is refused silently", async () => {
  const vcc = await talking();
  await vcc.command("transfer_blind", { number: "5003" });
  offers(vcc, "handed", { stray: true });
  await pass(100);
  assert.deepEqual(
    [vcc.calls, vcc.asked, vcc.voice.transferRequest],
    [
      [],
      [
        ["csTransferCallAgent", "5003"],
        ["responseTransferAgent", 0],
      ],
      null,
    ],
  );
  csTransferCallResponse("NOK");
  assert.deepEqual(vcc.calls, ["transfer_failed"]);
});

test("an offer that is reported twice stays", async () => {
  const vcc = await signedIn();
  offers(vcc);
  offers(vcc);
  await pass(1000);
  assert.deepEqual([vcc.calls, vcc.asked], [["ringing"], []]);
});

test("a fenced phone refuses an offer at once", async () => {
  const vcc = await signedIn();
  vcc.microphone.fenced = true;
  offers(vcc);
  await pass(100);
  assert.deepEqual([vcc.calls, vcc.asked], [[], [["responseTransferAgent", 0]]]);
});

test("an offered call needs a microphone to be taken", async () => {
  const vcc = await signedIn();
  offers(vcc);
  vcc.microphone.state = "denied";
  assert.equal(await vcc.command("answer"), "microphone_denied");
  assert.deepEqual([vcc.calls, vcc.asked], [["ringing"], []]);
});

test("an offered call is declined, or missed after ten seconds", async () => {
  const vcc = await signedIn();
  offers(vcc, "one");
  assert.equal(await vcc.command("reject"), "ok");
  offers(vcc, "two");
  await pass(11_000);
  assert.deepEqual(vcc.calls, ["ringing", "ended", "ringing", "missed"]);
  assert.deepEqual(vcc.asked, [["responseTransferAgent", 0]]);
});

test("an acceptance that VCC does not get leaves no call", async () => {
  const vcc = await signedIn();
  offers(vcc);
  vcc.voice.transferRequest = null;
  assert.equal(await vcc.command("answer"), "no_call");
  assert.deepEqual(vcc.calls, ["ringing", "missed"]);
});

test("a customer's ring refuses the colleague's offer", async () => {
  const vcc = await signedIn();
  offers(vcc);
  csCurrentCallId("in-1");
  vcc.rings("0977123456", "in-1");
  await pass(100);
  assert.deepEqual(
    [vcc.calls, vcc.asked],
    [["ringing", "missed", "ringing"], [["responseTransferAgent", 0]]],
  );
  assert.deepEqual(
    [vcc.events.at(-1).number, vcc.events.at(-1).external],
    ["0977123456", [["vcc", "in-1"]]],
  );
});

test("an accepted transfer is reported, however late", async () => {
  for (const late of [false, true]) {
    const vcc = await talking();
    await vcc.command("transfer_blind", { number: "5002" });
    csTransferCallResponse("OK");
    if (!late) csTransferCallSuccess({ ipphone: "5002" });
    vcc.over();
    if (late) csTransferCallSuccess({ ipphone: "5002" });
    assert.deepEqual([...vcc.calls].sort(), ["ended", "transferred"]);
    vcc.phone.leave();
  }
});

test("a refused or unanswered transfer leaves the call", async () => {
  const vcc = await talking();
  for (const answer of [
    () => csTransferCallResponse("NOK"),
    () => pass(16_000),
    () => csTransferCallError("NOT_IN_A_CALL"),
  ]) {
    await vcc.command("transfer_blind", { number: "5002" });
    await answer();
  }
  assert.deepEqual(
    vcc.events.map(({ type, provider_code: code }) => [type, code]),
    [
      ["transfer_failed", "NOK"],
      ["transfer_failed", "TRANSFER_CALL_FAILED"],
      ["transfer_failed", "NOT_IN_A_CALL"],
    ],
  );
});

test("the next ring is shown after a lost end", async () => {
  const vcc = await signedIn([], { device: "ip_phone", voice: { deviceType: 2 } });
  offers(vcc);
  await vcc.command("answer");
  vcc.server.onAcceptCall = () => {};
  vcc.rings("0912345678", "mine");
  vcc.accepted();
  globalThis.state.session = null;
  await pass(2000);
  vcc.rings("0977123456", "next");
  assert.deepEqual(vcc.calls.slice(-2), ["ended", "ringing"]);
  assert.deepEqual(
    [vcc.events.at(-1).number, vcc.reported("ended")[0].external],
    ["0977123456", [["vcc", "mine"]]],
  );
});

test("an offered call is not answered by another call's events", async () => {
  const vcc = await signedIn();
  offers(vcc);
  vcc.voice.isAnswering = true;
  csAcceptCall();
  await pass(2000);
  assert.deepEqual(vcc.calls, ["ringing"]);
});

test("a transfer without an outcome can be repeated", async () => {
  const agreed = async () => {
    const vcc = await talking();
    assert.equal(await vcc.command("transfer_blind", { number: "5002" }), "ok");
    csTransferCallResponse("OK");
    return vcc;
  };
  const vcc = await agreed();
  await pass(30_000);
  assert.deepEqual(
    [vcc.calls, await vcc.command("transfer_blind", { number: "5003" })],
    [[], "not_allowed_now"],
  );
  await pass(40_000);
  assert.deepEqual(vcc.calls, ["transfer_failed"]);
  assert.equal(await vcc.command("transfer_blind", { number: "5003" }), "ok");
  vcc.phone.leave();
  const cut = await agreed();
  csNotifyReconnecting(1, 20);
  cut.server.csInit(cut);
  await pass(1000);
  assert.equal(await cut.command("transfer_blind", { number: "5003" }), "ok");
});
