import assert from "node:assert/strict";
import { test } from "node:test";
import { Fence } from "../../../static/js/client/fence.js";
import { TabOwner } from "../../../static/js/client/tab-owner.js";
import { Clocks } from "../clocks.js";

const PHONES = { start() {}, fence() {}, handOver: async () => {}, stop: async () => {} };

test("only an owner with peers reports the server's silence to its phones", () => {
  const clocks = new Clocks();
  const owner = new TabOwner({
    fence: new Fence(30_000, clocks),
    phones: PHONES,
    send: () => true,
    onchange() {},
  });
  owner.welcome({ epoch: 3, holder: null });
  owner.granted({ epoch: 4 });
  clocks.pass(12_000);
  assert.equal(owner.silent, 12_000);
  owner.ping({ n: 1, heard: 0, others: false, epoch: 4 });
  assert.equal(owner.silent, 0);
  owner.ping({ n: 2, heard: 0, others: true, epoch: 4 });
  clocks.pass(30_000);
  owner.beat();
  assert.deepEqual([owner.state, owner.silent], ["fenced", 0]);
  owner.denied({ epoch: 5, holder: { client: "other" } });
  assert.equal(owner.silent, 0);
});
