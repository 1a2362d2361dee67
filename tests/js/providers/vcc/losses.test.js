// VCC's phone loses its socket, its token or the voice while the page is open. No call ends by
// that.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

test("a lost socket and its return are reported", async () => {
  const vcc = await signedIn();
  csNotifyReconnecting(1, 20);
  csNotifyReconnecting(2, 20);
  vcc.voice.isConnectToAgent = false;
  await pass(5000);
  vcc.voice.callStatus = "Offline";
  vcc.server.csInit(vcc);
  await pass(2000);
  assert.deepEqual(
    vcc.events.map(({ type }) => type),
    ["disconnected", "unregistered", "connected", "registered"],
  );
  assert.equal(vcc.voice.callStatus, "Online");
});

test("a call in its set-up does not mean that the socket is back", async () => {
  const vcc = await signedIn();
  csNotifyReconnecting(1, 20);
  vcc.voice.isConnectToAgent = true;
  await pass(9000);
  assert.deepEqual(
    vcc.events.map(({ type }) => type),
    ["disconnected", "unregistered"],
  );
});

test("a call that ended during an outage is over after it", async () => {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  csNotifyReconnecting(1, 20);
  vcc.reset();
  await pass(2000);
  assert.deepEqual(vcc.calls, ["ringing", "answered", "ended"]);
});

test("a click during an outage counts after it", async () => {
  const vcc = await signedIn();
  vcc.owns(false);
  csNotifyReconnecting(1, 20);
  await vcc.command("register", { take: true });
  vcc.server.csInit(vcc);
  await pass(2000);
  assert.deepEqual([vcc.voice.enableVoice, vcc.phone.status().elsewhere], [true, false]);
});

test("a conversation outlasts the loss of the voice", async () => {
  const vcc = await signedIn();
  let stopped = 0;
  globalThis.ua.stop = () => (stopped += 1);
  await pass(600);
  vcc.rings();
  await vcc.command("answer");
  vcc.owns(false);
  globalThis.ua.stop(); // as the script does right after it
  globalThis.csVoice = {}; // and some builds forget everything
  await pass(5000);
  assert.deepEqual(
    [stopped, vcc.calls, vcc.phone.status().calls.length],
    [0, ["ringing", "answered"], 1],
  );
  globalThis.csVoice = vcc.voice;
  vcc.over();
  await pass(1000);
  assert.deepEqual([stopped, vcc.calls.at(-1)], [1, "ended"]);
});

test("a mobile phone stays the device without a page", async () => {
  for (const [reason, last] of [
    ["left", "csUnregister"],
    ["signed_out", "reConfigDeviceType"],
  ]) {
    const vcc = await signedIn({ deviceType: 3 }, { device: "gsm", device_number: "0912345678" });
    void vcc.phone.stop(reason);
    await pass(2000);
    assert.equal(vcc.asked.at(-1)[0], last);
  }
});

for (const [made, stops] of [
  ["goes on with the same user agent", 0],
  ["has made another user agent", 1],
]) {
  test(`a voice back before the call's end stays, script ${made}`, async () => {
    const vcc = await signedIn();
    let stopped = 0;
    globalThis.ua.stop = () => ((stopped += 1), (vcc.registered = stops > 0));
    await pass(600);
    vcc.rings();
    await vcc.command("answer");
    vcc.owns(false);
    globalThis.ua.stop(); // as the script does right after it
    assert.equal(await vcc.command("register", { take: true }), "ok");
    if (stops) globalThis.ua = { ...globalThis.ua, stop: () => {} };
    vcc.over();
    await pass(5000);
    assert.deepEqual([stopped, vcc.phone.status().registered], [stops, true]);
  });
}

test("a claim is repeated after a lost socket", async () => {
  const vcc = new Vcc({ enableVoice: false });
  vcc.server.csEnableCall = () => {};
  await vcc.start();
  csNotifyReconnecting(1, 20);
  await pass(10_000);
  vcc.server.csEnableCall = (self) => self.owns(true);
  vcc.server.csInit(vcc);
  await pass(3000);
  assert.deepEqual(
    [vcc.reloads, vcc.phone.status().elsewhere, vcc.phone.status().registered],
    [0, false, true],
  );
});

test("our own dead socket does not keep the voice", async () => {
  const vcc = await signedIn();
  csNotifyReconnecting(1, 20);
  await pass(10_000);
  vcc.voice.enableVoice = false;
  vcc.server.csInit(vcc);
  await pass(3000);
  assert.deepEqual(
    [vcc.asked.filter(([name]) => name === "csEnableCall").length, vcc.voice.enableVoice],
    [1, true],
  );
  assert.deepEqual(
    [
      vcc.phone.status().elsewhere,
      vcc.phone.status().registered,
      vcc.reported("ownership_changed"),
    ],
    [false, true, []],
  );
});

test("a claim refused after an outage leaves the choice", async () => {
  const vcc = await signedIn();
  vcc.server.csEnableCall = () => csShowEnableVoice(false);
  csNotifyReconnecting(1, 20);
  vcc.voice.enableVoice = false;
  vcc.server.csInit(vcc);
  await pass(10_000);
  csNotifyReconnecting(1, 20);
  vcc.server.csInit(vcc);
  await pass(10_000);
  assert.deepEqual(
    [vcc.asked.filter(([name]) => name === "csEnableCall").length, vcc.phone.status().elsewhere],
    [1, true],
  );
});

for (const [what, change] of [
  ["a phone that has stopped", (vcc) => void vcc.phone.stop()],
  ["an agent whose calls go to an IP phone meanwhile", (vcc) => vcc.device(2)],
]) {
  test(`JsSIP is not started for ${what}`, async () => {
    const vcc = await signedIn();
    let started = 0;
    globalThis.ua.start = () => (started += 1);
    vcc.registered = false;
    await vcc.command("register");
    vcc.server.changeDevice = () => {};
    change(vcc);
    await pass(5000);
    assert.equal(started, 0);
  });
}

test("a dial into a lost socket fails after ten seconds", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  await pass(5000);
  csNotifyReconnecting(1, 20);
  await pass(9000);
  assert.deepEqual(vcc.calls, ["dialing"]);
  csNotifyReconnecting(2, 20);
  await pass(2000);
  assert.deepEqual(
    vcc.events
      .filter(({ type }) => type === "failed")
      .map(({ cause, provider_code }) => [cause, provider_code]),
    [["failed", "not_sent"]],
  );
  vcc.server.csInit(vcc);
  await pass(3000);
  assert.equal(await vcc.command("dial", { number: "0912345678" }), "ok");
  await pass(20_000);
  assert.deepEqual(vcc.calls, ["dialing", "failed", "dialing"]);
});

test("a dial into a cut socket fails after the next sign-in", async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.server.csInit(vcc);
  await pass(11_000);
  assert.deepEqual(vcc.calls, ["dialing", "failed"]);
});

for (const [sign, comes] of [
  ["own leg is up", (vcc) => vcc.agentLeg()],
  ["customer's phone rings", () => csCurrentCallId("out-1")],
]) {
  test(`a dialled call whose ${sign} outlasts a lost socket`, async () => {
    const vcc = await signedIn();
    await vcc.command("dial", { number: "0912345678" });
    csNotifyReconnecting(1, 20);
    await pass(5000);
    comes(vcc);
    await pass(30_000);
    assert.deepEqual(vcc.calls, ["dialing"]);
  });
}

test("a lost socket does not fail a dial on an IP phone", async () => {
  const vcc = await signedIn({ deviceType: 2 }, { device: "ip_phone" });
  await vcc.command("dial", { number: "0912345678" });
  csNotifyReconnecting(1, 20);
  await pass(60_000);
  assert.deepEqual(vcc.calls, ["dialing"]);
});

test("a socket lost before the dial refuses it", async () => {
  const vcc = await signedIn();
  Object.assign(vcc.microphone, {
    state: "unknown",
    check: async () => (csNotifyReconnecting(1, 20), "ok"),
  });
  assert.equal(await vcc.command("dial", { number: "0912345678" }), "not_registered");
  assert.deepEqual([vcc.calls, vcc.asked], [[], []]);
});
