// The life of VCC's phone: its scripts, the sign-in, the voice that only one page has, losses, and
// leaving.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { CALLBACKS } from "../../../../static/js/providers/vcc/callbacks.js";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

test("every callback exists before the scripts start", async () => {
  const vcc = new Vcc();
  let there = 0;
  vcc.server.csInit = () =>
    (there = CALLBACKS.filter((name) => typeof globalThis[name] === "function").length);
  await vcc.start();
  assert.deepEqual([CALLBACKS.length, there], [25, 25]);
});

test("an error of ours in a callback is reported and ends nothing", async () => {
  const vcc = await signedIn();
  Object.defineProperty(vcc.voice, "isHold", {
    get: () => {
      throw new Error("broken");
    },
  });
  const { error } = console;
  console.error = () => {};
  csHoldCall();
  console.error = error;
  assert.deepEqual(vcc.events, [
    { type: "unknown", raw: { callback: "csHoldCall", error: "Error: broken" } },
  ]);
});

test("a page without the voice takes it with its lease", async () => {
  const vcc = new Vcc({ enableVoice: false });
  await vcc.phone.start({
    availability: "available",
    vcc: { token: "t", domain: "demo", scripts: ["a"], device: "browser", device_number: "" },
  });
  await pass(3000);
  assert.deepEqual(vcc.asked, [["csInit", "t", "demo"], ["csEnableCall"], ["changeCallStatus"]]);
  assert.deepEqual(
    vcc.events.map(({ type }) => type),
    ["connected", "registered"],
  );
});

test("a voice that goes elsewhere comes back by a click", async () => {
  const vcc = await signedIn();
  vcc.owns(false);
  await pass(5000);
  assert.deepEqual(
    vcc.events.map(({ type, owner }) => [type, owner]),
    [
      ["ownership_changed", false],
      ["unregistered", undefined],
    ],
  );
  assert.deepEqual([vcc.asked, vcc.phone.status().elsewhere], [[], true]);
  assert.equal(await vcc.command("dial", { number: "0912345678" }), "voice_elsewhere");
  assert.equal(await vcc.command("register", { take: true }), "ok");
  assert.deepEqual(
    [vcc.asked[0], vcc.phone.status().elsewhere, vcc.phone.status().registered],
    [["csEnableCall"], false, true],
  );
});

test("a refused voice leaves the choice with the person", async () => {
  const vcc = new Vcc({ enableVoice: false });
  vcc.server.csEnableCall = () => csShowEnableVoice(false);
  await vcc.start();
  assert.deepEqual([vcc.phone.status().elsewhere, vcc.phone.status().registered], [true, false]);
});

test("leaving and signing out restore the agent's own device", async () => {
  for (const reason of ["left", "signed_out"]) {
    const vcc = await signedIn();
    void vcc.phone.stop(reason);
    await pass(2000);
    assert.deepEqual(vcc.asked, [["csUnregister"], ["reConfigDeviceType"]]);
  }
  const vcc = await signedIn();
  vcc.phone.leave();
  assert.deepEqual(vcc.asked, [["csUnregister"], ["reConfigDeviceType"]]);
});

test("a hand-over keeps the successor's device", async () => {
  const vcc = await signedIn();
  void vcc.phone.stop("hand_over");
  await pass(2000);
  assert.deepEqual(vcc.asked, [["csUnregister"]]);
});

test("unregister waits for the end of the conversation", async () => {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  await pass(1000);
  vcc.asked.length = 0;
  assert.equal(await vcc.command("unregister"), "ok");
  await pass(1000);
  assert.deepEqual([vcc.asked, vcc.phone.status().calls.length], [[], 1]);
  vcc.server.csUnregister = () => (vcc.registered = false);
  vcc.over();
  await pass(2000);
  assert.deepEqual(vcc.asked, [["csUnregister"]]);
});

test("register does not take the voice back from elsewhere", async () => {
  const vcc = await signedIn();
  vcc.owns(false);
  await pass(1000);
  vcc.asked.length = 0;
  await vcc.command("register");
  await pass(1000);
  assert.deepEqual([vcc.asked, vcc.phone.status().elsewhere], [[], true]);
});

test("without the voice the device stays", async () => {
  const vcc = await signedIn();
  vcc.owns(false);
  void vcc.phone.stop("left");
  await pass(2000);
  assert.deepEqual(vcc.asked, [["csUnregister"]]);
});

test("a page that leaves ends calls in the browser alone", async () => {
  const browser = await signedIn();
  browser.rings();
  await browser.command("answer");
  void browser.phone.stop("left");
  await pass(2000);
  assert.deepEqual(
    [browser.calls.at(-1), browser.events.at(-1).cause, browser.asked[1]],
    ["ended", "completed", ["endCall"]],
  );
  const desk = await signedIn({ deviceType: 4 }, { device: "ip_phone" });
  desk.rings();
  desk.accepted();
  desk.phone.leave();
  assert.ok(!desk.asked.some(([name]) => name === "endCall"));
});

test("a fenced phone does not ring, and comes back", async () => {
  const vcc = await signedIn();
  vcc.rings();
  vcc.phone.fenced();
  assert.deepEqual([vcc.calls, vcc.asked], [["ringing", "missed"], [["endCall"]]]);
  await vcc.command("unregister");
  vcc.registered = false;
  assert.equal(vcc.phone.status().registered, false);
  assert.equal(await vcc.command("register"), "ok");
  await pass(3000);
  assert.equal(vcc.phone.status().registered, true);
});

test("a stopped phone reports nothing", async () => {
  const vcc = await signedIn();
  void vcc.phone.stop("left");
  await pass(2000);
  vcc.events.length = 0;
  vcc.owns(false);
  vcc.status("No Answer");
  vcc.device(4);
  await pass(2000);
  assert.deepEqual(vcc.events, []);
});

test("colleagues are read where the build lists them", async () => {
  const vcc = await signedIn();
  assert.deepEqual(await vcc.phone.read("agents"), { ok: false, code: "unsupported" });
  vcc.phone.leave();
  const later = await signedIn({ functions: ["getTransferAgent", "csTransferCallAgent"] });
  later.server.getTransferAgent = () =>
    csListTransferAgent([{ ipPhone: 5002, userName: "Bob" }, { ipPhone: "5003" }, {}]);
  assert.deepEqual(await later.phone.read("agents"), {
    ok: true,
    items: [
      { number: "5002", name: "Bob" },
      { number: "5003", name: "5003" },
    ],
  });
  later.server.getTransferAgent = () => {};
  const silent = later.phone.read("agents");
  await pass(4000);
  assert.deepEqual(await silent, { ok: false, code: "failed" });
});

test("availability chosen without the voice counts later", async () => {
  const vcc = await signedIn();
  vcc.owns(false);
  assert.equal(await vcc.command("set_availability", { availability: "away" }), "ok");
  assert.equal(vcc.voice.callStatus, "Online");
  await vcc.command("register", { take: true });
  assert.equal(vcc.voice.callStatus, "Offline");
});

test("no call begins in the browser without a microphone", async () => {
  const vcc = await signedIn();
  vcc.microphone.state = "denied";
  assert.equal(await vcc.command("dial", { number: "0912345678" }), "microphone_denied");
  vcc.rings();
  vcc.microphone.state = "none";
  assert.equal(await vcc.command("answer"), "no_microphone");
  vcc.microphone.fenced = true;
  assert.equal(await vcc.command("answer"), "fenced");
  assert.deepEqual([vcc.asked, vcc.calls], [[], ["ringing"]]);
});
