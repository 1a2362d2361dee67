// A phone begins something only after the fence was checked, and the check is a call of its own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Phones } from "../../../static/js/phone/phones.js";

globalThis.navigator ??= /** @type {any} */ ({}); // a browser without locks

/** The phones of a page without lines, and a list of its questions to the fence, in order. */
async function running(closed) {
  const asked = [];
  const phones = new Phones({
    lines: [],
    clock: { fromWall: (at) => at, now: () => 0 },
    checkFence: () => asked.push("check"),
    mayBegin: () => (asked.push("may begin"), !closed),
    onevent: () => {},
    onstatus: () => {},
  });
  await phones.start(1, false);
  asked.splice(0);
  return { phones, asked };
}

test("a call begins only after the fence was checked", async () => {
  const { phones, asked } = await running(true);
  const result = await phones.command("dial", { number: "1002" });
  assert.deepEqual(result, { ok: false, code: "fenced" });
  assert.deepEqual(asked, ["check", "may begin"]);
});

test("a command that begins nothing asks nothing", async () => {
  const { phones, asked } = await running(true);
  await phones.command("hangup", { call: "none" });
  assert.deepEqual(asked, []);
});
