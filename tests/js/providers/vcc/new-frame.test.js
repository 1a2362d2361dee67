// VCC's phone gets a new frame where its scripts do not recover.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

test("scripts that have given up get a new frame", async () => {
  const vcc = await signedIn();
  csOndisconnected();
  assert.equal(vcc.reloads, 1);
});

test("a sign-in refused during the day gets a new token", async () => {
  const vcc = await signedIn();
  csNotifyReconnecting(1, 20);
  csInitError(401);
  await pass(2000);
  assert.deepEqual(
    vcc.reported("registration_failed").map(({ provider_code, cause }) => [provider_code, cause]),
    [["init_401", "forbidden"]],
  );
  assert.deepEqual([vcc.reloads, vcc.phone.status().registered], [1, false]);
});

test("a sign-in that always fails gets a new token", async () => {
  for (const again of [() => {}, () => csNotifyReconnecting(1, 20)]) {
    const vcc = await signedIn();
    csNotifyReconnecting(1, 20);
    for (let tries = 0; tries < 5; tries++) (await pass(10_000), again());
    assert.equal(vcc.reloads, 0);
    await pass(11_000);
    assert.equal(vcc.reloads, 1);
  }
});

test("an expired token is tried once", async () => {
  const vcc = new Vcc();
  vcc.server.csInit = () => csInitError(401);
  await vcc.phone.start({
    vcc: { token: "t", domain: "demo", scripts: [], device: "browser", device_number: "" },
  });
  await pass(5000);
  assert.deepEqual([vcc.asked, vcc.reloads], [[["csInit", "t", "demo"]], 1]);
});

for (const [name, loss] of [
  ["scripts that give up", () => csOndisconnected()],
  ["a refused login", () => csInitError(401)],
]) {
  test(`${name} end no call: the new frame waits for its end`, async () => {
    const vcc = await signedIn();
    vcc.rings();
    await vcc.command("answer");
    csNotifyReconnecting(20, 20);
    loss();
    await pass(300_000);
    assert.deepEqual(
      [vcc.reloads, vcc.phone.status().calls.length, vcc.calls],
      [0, 1, ["ringing", "answered"]],
    );
    vcc.over();
    await pass(1000);
    assert.deepEqual([vcc.reloads, vcc.calls.at(-1)], [1, "ended"]);
  });
}

test("a sign-in during a call needs no new frame", async () => {
  const vcc = await signedIn();
  vcc.rings();
  await vcc.command("answer");
  csNotifyReconnecting(1, 20);
  await pass(100_000);
  vcc.server.csInit(vcc);
  vcc.over();
  await pass(100_000);
  assert.deepEqual([vcc.reloads, vcc.phone.status().registered], [0, true]);
});

test("a new frame leaves the voice elsewhere until a click", async () => {
  const before = await signedIn();
  before.owns(false);
  csOndisconnected();
  assert.deepEqual([before.reloads, before.phone.status().elsewhere], [1, true]);
  const vcc = await signedIn({ enableVoice: false }, { elsewhere: true });
  await pass(10_000);
  assert.deepEqual([vcc.voice.enableVoice, vcc.phone.status().elsewhere], [false, true]);
  assert.equal(await vcc.command("register", { take: true }), "ok");
  assert.deepEqual([vcc.voice.enableVoice, vcc.phone.status().elsewhere], [true, false]);
});

test("a new frame takes a free voice", async () => {
  const vcc = await signedIn({ enableVoice: true }, { elsewhere: true });
  assert.deepEqual([vcc.phone.status().elsewhere, vcc.phone.status().registered], [false, true]);
});

test("a new frame claims the voice that the person wants", async () => {
  const vcc = await signedIn();
  vcc.owns(false);
  vcc.server.csEnableCall = () => {};
  assert.equal(await vcc.command("register", { take: true }), "ok");
  assert.deepEqual([vcc.reloads, vcc.phone.status().elsewhere], [1, false]);
});

test("a claim without an answer gets a new frame", async () => {
  const vcc = new Vcc({ enableVoice: false });
  vcc.server.csEnableCall = () => {};
  await vcc.start();
  assert.equal(vcc.reloads, 0);
  await pass(2000);
  assert.deepEqual(
    [vcc.reloads, vcc.phone.status().elsewhere, vcc.reported("ownership_changed")],
    [1, false, []],
  );
});
