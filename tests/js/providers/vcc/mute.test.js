// Mute and unmute while VCC is slow: the microphone is as the page shows it.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));

/** VCC switches the microphone after a delay. */
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

test("unmute right after mute ends the mute", async () => {
  const { vcc, track } = await talking(1000);
  const muted = vcc.command("mute");
  await pass(200);
  const unmuted = vcc.command("unmute");
  assert.deepEqual([await muted, await unmuted], ["ok", "ok"]);
  for (let looks = 0; looks < 30; looks++, await pass(100))
    assert.deepEqual([track.enabled, vcc.voice.isMute], [true, false]);
});

test("a mute that comes after the unmute is undone", async () => {
  const { vcc, track } = await talking(7000);
  await vcc.command("mute");
  await pass(5500);
  assert.equal(await vcc.command("unmute"), "ok");
  await pass(30_000);
  assert.deepEqual([track.enabled, vcc.voice.isMute], [true, false]);
});

test("a late unmute after a failure opens no microphone", async () => {
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

test("a late mute on an IP phone is reported", async () => {
  const { vcc } = await talking(7000, { deviceType: 2 }, { device: "ip_phone" });
  globalThis.state.session = null;
  assert.equal(await vcc.command("mute"), "failed");
  await pass(3000);
  assert.equal(vcc.calls.at(-1), "muted");
});
