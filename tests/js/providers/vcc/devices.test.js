// The agent's device at VCC, which the agent, another page or the vendor changes.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

test("a device is chosen, refused or unanswered", async () => {
  const vcc = await signedIn();
  assert.equal(await vcc.command("set_device", { device: "ip_phone" }), "ok");
  assert.equal(await vcc.command("set_device", { device: "gsm", number: "+84 912 345 678" }), "ok");
  assert.deepEqual(vcc.asked, [
    ["changeDevice", 2],
    ["changeDevice", 3, "0912345678"],
  ]);
  assert.deepEqual(
    vcc.reported("device_changed").map(({ device, number }) => [device, number]),
    [
      ["ip_phone", undefined],
      ["gsm", "0912345678"],
    ],
  );
  vcc.server.changeDevice = () => csShowDeviceType(3);
  assert.equal(await vcc.command("set_device", { device: "browser" }), "device_refused");
  vcc.server.changeDevice = () => {};
  assert.equal(await vcc.command("set_device", { device: "browser" }), "device_unanswered");
  assert.equal(await vcc.command("set_device", { device: "gsm", number: "12" }), "bad_number");
  assert.equal(vcc.reported("device_changed").length, 2);
});

test("an unanswered device change leaves the script as it was", async () => {
  const vcc = await signedIn({ deviceType: 2 }, { device: "ip_phone" });
  vcc.server.changeDevice = (self, type) => (self.voice.deviceType = type);
  assert.equal(await vcc.command("set_device", { device: "browser" }), "device_unanswered");
  assert.equal(vcc.voice.deviceType, 2);
});

test("a device counts when VCC shows it, also late", async () => {
  const vcc = await signedIn();
  vcc.server.changeDevice = (self, type) => (self.voice.deviceType = type);
  assert.equal(await vcc.command("set_device", { device: "ip_phone" }), "device_unanswered");
  assert.deepEqual(vcc.reported("device_changed"), []);
  vcc.server.changeDevice = () => assert.fail("nobody fights a late answer");
  vcc.device(2);
  await pass(1000);
  assert.deepEqual(
    vcc.reported("device_changed").map(({ device }) => device),
    ["ip_phone"],
  );
});

/**
 * As the script and its server do: the script's own state is the one that was asked for last, and
 * answers come in order.
 */
const slowly = (vcc, ms) => {
  const ask = (type) => {
    vcc.voice.deviceType = type;
    setTimeout(() => vcc.device(type), ms);
  };
  vcc.server.changeDevice = (self, type) => ask(type);
  vcc.server.csEnableCall = (self) => {
    if (vcc.voice.deviceType !== 1) ask(1);
    self.owns(true);
  };
};

for (const ms of [200, 700, 3000, 4900]) {
  test(`a forced browser returns to the chosen phone, VCC ${ms} ms away`, async () => {
    const vcc = new Vcc({ deviceType: 2, enableVoice: false });
    slowly(vcc, ms);
    await vcc.phone.start({
      availability: "available",
      vcc: { token: "t", domain: "demo", scripts: [], device: "ip_phone", device_number: "" },
    });
    await pass(3 * ms + 6000);
    assert.deepEqual(
      [vcc.voice.deviceType, vcc.reported("device_changed"), vcc.phone.status().registered],
      [2, [], true],
    );
  });
}

test("the answer to a forced switch refuses no choice", async () => {
  const vcc = new Vcc({ deviceType: 2, enableVoice: false });
  slowly(vcc, 2000);
  await vcc.start({ device: "gsm", device_number: "0912345678" });
  await pass(4000);
  assert.deepEqual([vcc.voice.deviceType, vcc.reported("device_changed")], [3, []]);
});

test("two pages stop switching between their devices", async () => {
  const vcc = await signedIn({ deviceType: 2 }, { device: "ip_phone" });
  vcc.server.changeDevice = (self, type) => (
    self.device(type),
    setTimeout(() => self.device(1), 500)
  );
  vcc.device(1);
  await pass(60_000);
  assert.equal(vcc.asked.filter(([name]) => name === "changeDevice").length, 3);
  assert.deepEqual(
    vcc.reported("device_changed").map(({ device }) => device),
    ["browser"],
  );
});

test("while the voice is elsewhere the device is left alone", async () => {
  const vcc = await signedIn({ deviceType: 2 }, { device: "ip_phone" });
  vcc.owns(false);
  vcc.device(1);
  await pass(10_000);
  assert.deepEqual([vcc.asked, vcc.reported("device_changed")], [[], []]);
});

test("the agent's device is restored after a forced switch", async () => {
  const vcc = await signedIn(
    { enableVoice: false, deviceType: 1 },
    { device: "gsm", device_number: "0912345678" },
  );
  assert.deepEqual([vcc.voice.deviceType, vcc.phone.status().registered], [3, true]);
  vcc.owns(false);
  vcc.device(1);
  vcc.owns(true);
  await pass(2000);
  assert.equal(vcc.voice.deviceType, 3);
  assert.deepEqual(vcc.reported("device_changed"), []);
});

test("a device that was changed at VCC is reported", async () => {
  const vcc = await signedIn();
  vcc.device(6);
  await pass(1000);
  assert.deepEqual(vcc.reported("device_changed"), [
    { type: "device_changed", device: "ip_phone" },
  ]);
});

test("a new mobile number is kept where VCC does not answer", async () => {
  const vcc = await signedIn({ deviceType: 3 }, { device: "gsm", device_number: "0912345678" });
  const { changeDevice } = vcc.server;
  vcc.server.changeDevice = () => {};
  assert.equal(
    await vcc.command("set_device", { device: "gsm", number: "0977123456" }),
    "device_unanswered",
  );
  vcc.server.changeDevice = changeDevice;
  vcc.device(1); // as the script does by itself
  await pass(2000);
  assert.deepEqual(vcc.asked.at(-1), ["changeDevice", 3, "0977123456"]);
});
