import assert from "node:assert/strict";
import { test } from "node:test";
import { owning } from "./tab.js";

test("the fence closes after 30 s and opens by confirmation", async () => {
  const { owner, clocks, fence, received, states, wire } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: true, epoch: 4 });
  wire.connected = false;
  clocks.pass(30_000);
  owner.beat();
  owner.beat();
  assert.equal(owner.state, "fenced");
  wire.connected = true;
  fence.connected();
  owner.welcome({ epoch: 4, holder: { client: "me" } });
  owner.granted({ epoch: 4 });
  assert.equal(owner.state, "owner");
  assert.deepEqual(received(), [
    ["fence", true],
    ["lease.claim", {}],
    ["fence", false],
  ]);
  assert.equal(states.filter((state) => state === "fenced").length, 1);
});

test("a fenced holder on an open connection asks once", async () => {
  const { owner, clocks, received } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: true, epoch: 4 });
  clocks.pass(30_000);
  owner.beat();
  owner.beat();
  assert.deepEqual(received(), [
    ["fence", true],
    ["lease.claim", {}],
  ]);
  owner.granted({ epoch: 4 });
  assert.equal(owner.state, "owner");
  assert.deepEqual(received(), [["fence", false]]);
});

test("a holder that is alone is not fenced by an outage", async () => {
  const { owner, clocks, received } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: false, epoch: 4 });
  clocks.pass(3_600_000);
  owner.beat();
  assert.equal(owner.state, "owner");
  assert.deepEqual(received(), []);
});

test("mayBegin is a question: only the check closes the fence", async () => {
  const { owner, clocks, received, states } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: true, epoch: 4 });
  clocks.pass(30_000);
  const before = states.length;
  assert.equal(owner.mayBegin, true);
  assert.deepEqual([received(), states.length], [[], before], "nothing has happened");
  owner.beat();
  assert.equal(owner.mayBegin, false);
  assert.deepEqual(received()[0], ["fence", true]);
});

test("only an owner with peers reports silence to its phones", async () => {
  const { owner, clocks } = await owning(4);
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
