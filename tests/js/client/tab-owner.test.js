import assert from "node:assert/strict";
import { test } from "node:test";
import { BOB_PLACE, owning, settled, tab } from "./tab.js";

test("a workspace claims when it is welcomed", () => {
  const alice = tab();
  alice.owner.welcome({ epoch: 3, holder: null });
  assert.deepEqual(alice.received(), [["lease.claim", {}]]);
});

test("granted: the phone starts with the epoch and steals no lock", async () => {
  const { owner, received } = tab();
  owner.welcome({ epoch: 3, holder: null });
  received();
  owner.granted({ epoch: 4, holder: { client: "me" } });
  await settled();
  assert.equal(owner.state, "owner");
  assert.deepEqual(received(), [["start", 4, false]]);
});

test("denied: a follower knows the holder and its epoch", () => {
  const { owner, received } = tab();
  owner.welcome({ epoch: 4, holder: BOB_PLACE });
  received();
  owner.denied({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "follower");
  assert.deepEqual(owner.holder, BOB_PLACE);
  assert.equal(owner.epoch, 4);
  assert.deepEqual(received(), []);
});

test("denied with no holder: the phone is free", () => {
  const { owner } = tab();
  owner.denied({ epoch: 4, holder: null });
  assert.equal(owner.state, "none");
});

test("take over: asks with confirm, then steals the lock", async () => {
  const { owner, received } = tab();
  owner.denied({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.takeOver("end"), true);
  assert.equal(owner.state, "taking");
  owner.granted({ epoch: 5 });
  await settled();
  assert.deepEqual(received(), [
    ["lease.claim", { confirm: true, call: "end" }],
    ["start", 5, true],
  ]);
});

test("a refused take-over leaves a follower that can ask again", () => {
  const { owner } = tab();
  owner.takeOver();
  owner.denied({ epoch: 4, holder: { ...BOB_PLACE, on_call: true } });
  assert.equal(owner.state, "follower");
  assert.equal(owner.holder.on_call, true);
});

test("a take-over needs a connection", () => {
  const { owner, wire } = tab();
  wire.connected = false;
  assert.equal(owner.takeOver(), false);
  assert.equal(owner.state, "none");
});

test("revoked: the phone is handed over before the lease is released", async () => {
  const { owner, received } = await owning(4);
  const done = owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "follower");
  assert.equal(owner.held, 0);
  await done;
  assert.deepEqual(received(), [
    ["handing over"],
    ["handed over"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a returning lease starts the phone only after it has stopped", async () => {
  const { owner, received } = await owning(4);
  const done = owner.revoked({ epoch: 4, holder: BOB_PLACE });
  owner.granted({ epoch: 6 });
  await done;
  await settled();
  assert.deepEqual(received(), [
    ["handing over"],
    ["handed over"],
    ["lease.released", { epoch: 4 }],
    ["start", 6, false],
  ]);
});

test("a take-over that ends the call stops the phone with its call", async () => {
  const { owner, received } = await owning(4);
  await owner.revoked({ epoch: 4, holder: BOB_PLACE, call: "end" });
  assert.deepEqual(received(), [
    ["stopping", "hand_over"],
    ["stopped"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a call without its lease ends when its agent ends it elsewhere", async () => {
  const { owner, received } = await owning(4);
  owner.welcome({ epoch: 5, holder: BOB_PLACE });
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  await settled();
  await settled();
  received();
  await owner.revoked({ epoch: 4, call: "end" });
  assert.equal(owner.state, "follower");
  assert.deepEqual(received(), [
    ["stopping", "hand_over"],
    ["stopped"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a late denial stops no newer phone and no take-over", async () => {
  const taking = tab();
  taking.owner.denied({ epoch: 5, holder: BOB_PLACE });
  taking.owner.takeOver();
  taking.owner.denied({ epoch: 4, holder: null });
  assert.equal(taking.owner.state, "taking");
  const { owner, received } = await owning(6);
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  await settled();
  assert.equal(owner.state, "owner");
  assert.deepEqual(received(), []);
});

test("a follower claims when a dead page's lock is free", async () => {
  const { owner, received } = tab();
  owner.denied({ epoch: 4, holder: BOB_PLACE });
  owner.claimFromDead();
  assert.deepEqual(received(), [["lease.claim", { lock_free: true }]]);
  const alice = await owning(4);
  alice.owner.claimFromDead();
  assert.deepEqual(alice.received(), []);
});

test("a revocation of an epoch that is over changes nothing", async () => {
  const { owner, received } = await owning(6);
  await owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "owner");
  assert.deepEqual(received(), []);
});

test("a reloaded page releases a phone that it does not have", async () => {
  const { owner, received } = tab();
  await owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.deepEqual(received(), [["lease.released", { epoch: 4 }]]);
});

test("a late grant of an old epoch starts nothing", async () => {
  const { owner, received } = tab();
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  owner.granted({ epoch: 4 });
  await settled();
  assert.equal(owner.state, "follower");
  assert.deepEqual(received(), []);
});

test("the same grant twice starts the phone once", async () => {
  const { owner, received } = await owning(4);
  owner.granted({ epoch: 4 });
  await settled();
  assert.deepEqual(received(), []);
});

test("given back under a newer epoch: the phone goes on", async () => {
  const { owner, received } = await owning(4);
  owner.welcome({ epoch: 4, holder: null });
  owner.granted({ epoch: 5 });
  await settled();
  assert.deepEqual(received(), [
    ["lease.claim", {}],
    ["start", 5, false],
  ]);
  assert.equal(owner.epoch, 5);
});

test("an owner that was replaced during an outage stops its phone", async () => {
  const { owner, received } = await owning(4);
  owner.welcome({ epoch: 5, holder: BOB_PLACE });
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  await settled();
  await settled();
  assert.equal(owner.state, "follower");
  assert.deepEqual(received(), [["lease.claim", {}], ["handing over"], ["handed over"]]);
});

test("a stale epoch stops the phone and releases nothing", async () => {
  const { owner, received } = await owning(4);
  owner.stale();
  await settled();
  await settled();
  assert.equal(owner.held, 0);
  assert.deepEqual(received(), [["handing over"], ["handed over"]]);
});

test("a holder without its phone claims, except in a hand-over", async () => {
  const { owner, received } = await owning(4);
  owner.stale();
  owner.ping({ n: 1, heard: 0, others: false, epoch: 4 });
  await settled();
  await settled();
  received();
  owner.ping({ n: 2, heard: 1, others: false, epoch: 4 });
  assert.deepEqual(received(), [["lease.claim", {}]]);
});

test("a stolen lock stops our phone and releases the lease", async () => {
  const { owner, received } = await owning(4);
  await owner.stolen();
  assert.deepEqual(received(), [
    ["handing over"],
    ["handed over"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a second document with our id stops the phone", async () => {
  const { owner, received } = await owning(4);
  await owner.replaced();
  assert.equal(owner.held, 0);
  assert.deepEqual(received(), [["handing over"], ["handed over"]]);
});

test("a leaving page reports its epoch once", async () => {
  const { owner } = await owning(4);
  assert.equal(owner.leave(), 4);
  assert.equal(owner.leave(), 0);
});

test("an empty database counts its epochs from the beginning", async () => {
  const { owner, received } = await owning(40);
  owner.welcome({ epoch: 0, holder: null });
  owner.granted({ epoch: 1 });
  await settled();
  assert.deepEqual(received(), [
    ["lease.claim", {}],
    ["start", 1, false],
  ]);
});
