// The agent's choices at VCC: absolute choices over toggles that refuse, do not answer, or switch
// by themselves.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);
const talking = async (options) => {
  const vcc = await signedIn(options);
  vcc.rings();
  await vcc.command("answer");
  await pass(500);
  vcc.events.length = vcc.asked.length = 0;
  return vcc;
};
const dialled = async () => {
  const vcc = await signedIn();
  await vcc.command("dial", { number: "0912345678" });
  vcc.customerAnswers();
  await pass(500);
  vcc.events.length = vcc.asked.length = 0;
  return vcc;
};

test("hold and resume are reported when they have happened", async () => {
  const vcc = await talking();
  assert.equal(await vcc.command("hold"), "ok");
  assert.equal(await vcc.command("hold"), "ok");
  assert.equal(await vcc.command("unhold"), "ok");
  assert.deepEqual(
    [vcc.calls, vcc.asked],
    [
      ["held", "resumed"],
      [["holdCall"], ["holdCall"]],
    ],
  );
});

test("a refused hold fires the same callback and is no hold", async () => {
  const vcc = await talking();
  vcc.server.holdCall = () => csHoldCall();
  assert.equal(await vcc.command("hold"), "hold_refused");
  assert.deepEqual(vcc.calls, []);
});

test("a refused resume leaves the call held", async () => {
  const vcc = await talking();
  await vcc.command("hold");
  vcc.server.holdCall = () => csUnHoldCall();
  assert.equal(await vcc.command("unhold"), "unhold_refused");
  vcc.server.holdCall = () => {};
  assert.equal(await vcc.command("unhold"), "unhold_refused");
  assert.deepEqual(vcc.calls, ["held"]);
});

test("two toggles are never in flight together", async () => {
  const vcc = await talking();
  vcc.server.holdCall = () => setTimeout(() => vcc.hold(!vcc.voice.isHold), 1000);
  const both = [vcc.command("hold"), vcc.command("unhold")];
  assert.deepEqual(await Promise.all(both), ["ok", "ok"]);
  assert.deepEqual(vcc.calls, ["held", "resumed"]);
});

test("an incoming call is muted here at once, and at VCC", async () => {
  const vcc = await talking();
  const { track } = vcc.followed.get(vcc.live).getSenders()[0];
  assert.equal(await vcc.command("mute"), "ok");
  assert.deepEqual([track.enabled, vcc.voice.isMute, vcc.asked], [false, true, [["muteCall"]]]);
  assert.equal(await vcc.command("unmute"), "ok");
  assert.deepEqual([track.enabled, vcc.voice.isMute], [true, false]);
});

test("an unmute that VCC does not carry out is refused", async () => {
  const vcc = await talking();
  await vcc.command("mute");
  vcc.server.muteCall = () => {};
  assert.equal(await vcc.command("unmute"), "failed");
  assert.equal(vcc.followed.get(vcc.live).getSenders()[0].track.enabled, false);
});

test("muting a dialled call never asks VCC", async () => {
  const vcc = await dialled();
  const { track } = vcc.followed.get(vcc.live).getSenders()[0];
  assert.equal(await vcc.command("mute"), "ok");
  assert.deepEqual([track.enabled, vcc.asked], [false, []]);
  assert.equal(await vcc.command("unmute"), "ok");
  assert.equal(track.enabled, true);
});

test("on an IP phone VCC mutes incoming calls, and no others", async () => {
  const vcc = await signedIn({ deviceType: 4 }, { device: "ip_phone" });
  vcc.rings();
  vcc.accepted();
  assert.equal(await vcc.command("mute"), "ok");
  assert.deepEqual(vcc.calls.slice(-1), ["muted"]);
  vcc.over();
  await vcc.command("dial", { number: "0912345678" });
  vcc.customerAnswers();
  assert.equal(await vcc.command("mute"), "mute_inbound_only");
});

test("commands that only the IP phone has are unsupported", async () => {
  const vcc = await signedIn({ deviceType: 4 }, { device: "ip_phone" });
  vcc.rings();
  assert.equal(await vcc.command("answer"), "unsupported");
  vcc.accepted();
  for (const name of ["mute_audio", "consult", "transfer_attended"])
    assert.equal(await vcc.command(name, { tones: "1", number: "5002" }), "unsupported");
  assert.equal(await vcc.command("dial", { number: "5002", call: undefined }), "not_allowed_now");
});

test("tones and transfers work in builds that have them", async () => {
  const old = await talking();
  assert.equal(await old.command("dtmf", { tones: "1" }), "unsupported");
  assert.equal(await old.command("transfer_blind", { number: "5002" }), "unsupported");
  const vcc = await talking({ functions: ["sendDTMF", "csTransferCallAgent"] });
  assert.equal(await vcc.command("dtmf", { tones: "1#" }), "ok");
  assert.equal(await vcc.command("transfer_blind", { number: "0912345678" }), "colleagues_only");
  assert.equal(await vcc.command("transfer_blind", { number: "5002" }), "ok");
  assert.deepEqual(vcc.asked, [
    ["sendDTMF", "1"],
    ["sendDTMF", "#"],
    ["csTransferCallAgent", "5002"],
  ]);
  csTransferCallResponse("OK");
  csTransferCallSuccess({ ipphone: "5002" });
  vcc.over();
  assert.deepEqual(vcc.calls, ["transferred", "ended"]);
  assert.equal(vcc.events.at(-1).cause, "transferred");
});

test("availability is the agent's choice, also repeated", async () => {
  const vcc = await signedIn();
  assert.equal(vcc.voice.callStatus, "Online");
  for (const availability of ["available", "away", "wrap_up", "offline"])
    assert.equal(await vcc.command("set_availability", { availability }), "ok");
  assert.deepEqual(
    [vcc.voice.callStatus, vcc.asked, vcc.events],
    ["Offline", [["changeCallStatus"]], []],
  );
});

test("an availability that VCC refuses is reported", async () => {
  const vcc = await signedIn();
  vcc.server.changeCallStatus = () => vcc.status("Online");
  assert.equal(
    await vcc.command("set_availability", { availability: "away" }),
    "availability_refused",
  );
  assert.deepEqual(
    vcc.reported("availability_changed").map(({ availability }) => availability),
    ["available"],
  );
});

test("No Answer is away with its reason, until the agent chooses", async () => {
  const vcc = await signedIn();
  vcc.status("No Answer");
  assert.deepEqual(vcc.events, [
    { type: "availability_changed", availability: "away", reason: "missed_call" },
  ]);
  assert.equal(await vcc.command("set_availability", { availability: "away" }), "ok");
  assert.deepEqual(vcc.asked, []);
  assert.equal(await vcc.command("set_availability", { availability: "available" }), "ok");
  assert.equal(vcc.voice.callStatus, "Online");
});

test("a build with absolute setters is asked without a toggle", async () => {
  const vcc = new Vcc({ functions: ["makeStatusOnline", "makeStatusOffline"] });
  vcc.server.makeStatusOnline = () => vcc.status("Online");
  await vcc.start();
  assert.equal(vcc.voice.callStatus, "Online");
});

test("an unanswered availability does not count", async () => {
  const vcc = await signedIn();
  vcc.server.changeCallStatus = (self) => (self.voice.callStatus = "Offline");
  assert.equal(
    await vcc.command("set_availability", { availability: "away" }),
    "availability_refused",
  );
  assert.deepEqual(
    vcc.reported("availability_changed").map(({ availability }) => availability),
    ["available"],
  );
});

test("the last toggle's answer cannot be taken for the next one's", async () => {
  const vcc = await signedIn();
  vcc.server.changeDevice = (self, type) => setTimeout(() => self.device(type), 800);
  const answers = [
    vcc.command("set_device", { device: "ip_phone" }),
    vcc.command("set_device", { device: "browser" }),
  ];
  assert.deepEqual(await Promise.all(answers), ["ok", "ok"]);
  assert.equal(vcc.voice.deviceType, 1);
});

test("unhold without a hold in the script holds no call", async () => {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  delete vcc.voice.isHold;
  assert.equal(await vcc.command("unhold"), "ok");
  assert.ok(!vcc.asked.some(([name]) => name === "holdCall"));
});
