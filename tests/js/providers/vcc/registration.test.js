// The sign-in of VCC's phone, and its registration.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, pass, ScriptError, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);

test("registered means that calls reach this browser", async () => {
  const vcc = await signedIn();
  vcc.registered = false;
  await pass(1000);
  vcc.registered = true;
  await pass(1000);
  assert.deepEqual(
    vcc.events.map(({ type }) => type),
    ["unregistered", "registered"],
  );
});

test("the phone is not ready before its device is the agent's own", async () => {
  const vcc = new Vcc({ deviceType: 4 });
  let answer = () => {};
  vcc.server.changeDevice = (self, type) => (answer = () => self.device(type));
  await vcc.start();
  assert.equal(vcc.phone.status().registered, false);
  answer();
  await pass(600);
  assert.equal(vcc.phone.status().registered, true);
  assert.deepEqual(
    vcc.reported("registered", "unregistered").map(({ type }) => type),
    ["registered"],
  );
});

test("a refused sign-in is reported, and gets a new token", async () => {
  const vcc = new Vcc();
  vcc.server.csInit = () => csInitError(undefined);
  await vcc.phone.start({
    vcc: { token: "t", domain: "demo", scripts: [], device: "browser", device_number: "" },
  });
  await pass(30_000);
  assert.deepEqual(
    [vcc.reported("registration_failed").length, vcc.reloads, vcc.events[0].provider_code],
    [3, 1, "init_network"],
  );
});

test("a script that does not load is tried until it does", async () => {
  const vcc = new Vcc();
  let tries = 0;
  vcc.load = async () => {
    if ((tries += 1) < 3) throw new ScriptError("vcc.example");
  };
  await vcc.start();
  await pass(10_000);
  assert.deepEqual([tries, vcc.missing], [3, ["vcc.example", "vcc.example", ""]]);
  assert.equal(vcc.phone.status().registered, true);
});

test("a sign-in without an answer gets a new frame", async () => {
  for (const [answer, ms] of [
    [() => csOndisconnected(), 1000],
    [() => {}, 21_000],
  ]) {
    const vcc = new Vcc();
    vcc.server.csInit = answer;
    await vcc.phone.start({
      vcc: { token: "t", domain: "demo", scripts: [], device: "browser", device_number: "" },
    });
    await pass(ms);
    assert.deepEqual([vcc.reloads, vcc.asked.length], [1, 1]);
    await pass(60_000);
    assert.deepEqual([vcc.reloads, vcc.asked.length], [1, 1]);
  }
});

test("a refused sign-in is reported with its cause", async () => {
  for (const [code, cause] of [
    [404, "not_found"],
    [405, "forbidden"],
    [401, "forbidden"],
    [400, "not_found"],
    [500, "failed"],
    [undefined, "unreachable"],
  ]) {
    const vcc = new Vcc();
    vcc.server.csInit = () => csInitError(code);
    await vcc.phone.start({
      vcc: { token: "t", domain: "demo", scripts: [], device: "browser", device_number: "" },
    });
    await pass(1000);
    assert.deepEqual(
      vcc.reported("registration_failed").map(({ provider_code, cause }) => [provider_code, cause]),
      [[`init_${code ?? "network"}`, cause]],
    );
    vcc.phone.leave();
  }
});

test("a missing SIP registration is reported once per loss", async () => {
  const vcc = await signedIn();
  const codes = () => vcc.reported("registration_failed").map(({ provider_code }) => provider_code);
  vcc.registered = false;
  await pass(9000);
  assert.deepEqual(codes(), []);
  await pass(10_000);
  assert.deepEqual(codes(), ["sip"]);
  vcc.registered = true;
  await pass(1000);
  vcc.registered = false;
  await pass(12_000);
  assert.deepEqual(codes(), ["sip", "sip"]);
});

test("available registers the phone again, but not fenced", async () => {
  const vcc = await signedIn();
  await vcc.command("unregister");
  await pass(1000);
  vcc.microphone.fenced = true;
  await vcc.command("set_availability", { availability: "available" });
  await pass(1000);
  assert.equal(vcc.phone.status().registered, false);
  vcc.microphone.fenced = false;
  await vcc.command("set_availability", { availability: "available" });
  await pass(3000);
  assert.equal(vcc.phone.status().registered, true);
});
