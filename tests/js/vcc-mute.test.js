// Mute and unmute while VCC is slow: the microphone is what the page says.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./vcc-fake.js";

const test = (name, work) => plain(name, inItsOwnTime(work));

/** VCC does to the microphone what it says, after so long. */
async function talking(ms, options, session) {
  const vcc = await new Vcc(options).start(session);
  vcc.rings();
  vcc.accepted();
  const track = vcc.sound();
  await pass(1000);
  vcc.server.muteCall = () => {
    const on = !vcc.voice.isMute;
    setTimeout(() => ((track.enabled = !on), vcc.muted(on)), ms);
  };
  return { vcc, track };
}

test("unmuted right after mute, the agent is heard: the mute that is on its way does not come after it", async () => {
  const { vcc, track } = await talking(1000);
  const muted = vcc.command("mute");
  await pass(200);
  const unmuted = vcc.command("unmute");
  assert.deepEqual([await muted, await unmuted], ["ok", "ok"]);
  for (let looks = 0; looks < 30; looks++, await pass(100))
    assert.deepEqual([track.enabled, vcc.voice.isMute], [true, false]);
});

test("a mute that VCC carries out after the agent has unmuted is undone", async () => {
  const { vcc, track } = await talking(7000);
  await vcc.command("mute");
  await pass(5500);
  assert.equal(await vcc.command("unmute"), "ok");
  await pass(30_000);
  assert.deepEqual([track.enabled, vcc.voice.isMute], [true, false]);
});

test("an unmute that VCC carries out after the agent was told that it failed opens no microphone", async () => {
  const { vcc, track } = await talking(100);
  await vcc.command("mute");
  await pass(1000);
  vcc.server.muteCall = () => {};
  assert.equal(await vcc.command("unmute"), "failed");
  track.enabled = true;
  vcc.muted(false);
  await pass(10_000);
  assert.equal(track.enabled, false);
});

test("on an IP phone a mute that VCC carries out late is told when it is so", async () => {
  const { vcc } = await talking(7000, { deviceType: 2 }, { device: "ip_phone" });
  globalThis.state.session = null;
  assert.equal(await vcc.command("mute"), "failed");
  await pass(3000);
  assert.equal(vcc.calls.at(-1), "muted");
});
