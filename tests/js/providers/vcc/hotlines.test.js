// The outgoing numbers (hotlines) of a VCC phone: a dialled call goes out under the chosen one.

import assert from "node:assert/strict";
import { test as plain } from "node:test";
import { inItsOwnTime, Vcc } from "./fake-page.js";

const test = (name, work) => plain(name, inItsOwnTime(work));
const signedIn = (options, session) => new Vcc(options).start(session);
const SALES = { callout_id: 7, descriptions: "Sales" };
const CARE = { callout_id: 8, descriptions: "Care" };
/** @param {any[]} services @param {object} [session] */
const withHotlines = async (services, session) => {
  const vcc = new Vcc();
  vcc.voice.getCalloutServices = () => services;
  return vcc.start(session);
};
const shown = async (vcc) =>
  (await vcc.phone.read("hotlines")).items.map(({ id, chosen }) => [id, chosen]);
const DIALLED = { number: "0912345678" };

test("hotlines are read and chosen where the build has them", async () => {
  assert.deepEqual(await (await signedIn()).phone.read("hotlines"), {
    ok: false,
    code: "unsupported",
  });
  const vcc = await withHotlines([
    { ...SALES, is_default: 1 },
    { ...CARE, is_default: 0 },
  ]);
  assert.deepEqual(await shown(vcc), [
    ["7", true],
    ["8", false],
  ]);
  assert.equal(await vcc.command("choose_hotline", { hotline: "8" }), "ok");
  await vcc.command("dial", DIALLED);
  assert.deepEqual(vcc.asked, [["csCallout", "0912345678", 8]]);
});

test("without a default hotline VCC chooses until the agent does", async () => {
  const vcc = await withHotlines([{ ...SALES, is_default: "0" }, CARE]);
  assert.deepEqual(await shown(vcc), [
    ["", true],
    ["7", false],
    ["8", false],
  ]);
  await vcc.command("choose_hotline", { hotline: "8" });
  assert.deepEqual(await shown(vcc), [
    ["", false],
    ["7", false],
    ["8", true],
  ]);
  await vcc.command("choose_hotline", { hotline: "" });
  await vcc.command("dial", DIALLED);
  assert.deepEqual(vcc.asked, [["csCallout", "0912345678"]]);
});

test("a kept hotline counts from the first dial", async () => {
  const services = [];
  const vcc = await withHotlines(services, { hotline: "8" });
  setTimeout(() => services.push({ ...SALES, is_default: 1 }, CARE), 1000);
  assert.equal(await vcc.command("dial", DIALLED), "ok");
  assert.deepEqual(vcc.asked, [["csCallout", "0912345678", 8]]);
  assert.deepEqual(await shown(vcc), [
    ["7", false],
    ["8", true],
  ]);
});

for (const [where, services] of [
  ["is not in the list any more", [{ ...SALES, is_default: 1 }]],
  ["has no list at all", undefined],
]) {
  test(`a kept hotline that ${where} refuses one dial only`, async () => {
    const vcc = await signedIn({}, { hotline: "8" });
    if (services) vcc.voice.getCalloutServices = () => services;
    assert.equal(await vcc.command("dial", DIALLED), "hotline_gone");
    assert.deepEqual([vcc.asked, vcc.calls], [[], []]);
    await vcc.command("dial", DIALLED);
    assert.deepEqual(vcc.asked, [["csCallout", "0912345678"]]);
  });
}
