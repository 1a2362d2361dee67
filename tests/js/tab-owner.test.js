import assert from "node:assert/strict";
import { test } from "node:test";
import { Fence } from "../../static/js/client/fence.js";
import { TabOwner } from "../../static/js/client/tab-owner.js";
import { Clocks } from "./clocks.js";

const BOB_PLACE = { client: "other", place: "Chrome, Windows", since: 1, on_call: false };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * A tab of Alice with everything around the state machine replaced by a list of what it was told,
 * in order.
 */
function tab({ phoneless = false } = {}) {
  const clocks = new Clocks();
  const fence = new Fence(30_000, clocks);
  const told = [];
  const phones = {
    start: (epoch, steal) => told.push(["start", epoch, steal]),
    fence: (on) => told.push(["fence", on]),
    handOver: async () => {
      told.push(["handing over"]);
      await settled();
      told.push(["handed over"]);
    },
    stop: async (reason) => {
      told.push(["stopping", reason]);
      await settled();
      told.push(["stopped"]);
    },
  };
  const wire = { connected: true };
  const send = (type, fields) => wire.connected && told.push([type, fields]) > 0;
  const states = [];
  const owner = new TabOwner(
    { fence, phones, send, onchange: (ownership) => states.push(ownership.state) },
    phoneless,
  );
  owner.client = "me";
  const heard = () => told.splice(0);
  return { owner, clocks, fence, told, heard, states, wire };
}

async function owning(epoch = 4) {
  const alice = tab();
  alice.fence.connected();
  alice.owner.welcome({ epoch: epoch - 1, holder: null });
  alice.owner.granted({ epoch });
  await settled();
  alice.heard();
  return alice;
}

test("a workspace claims when it is welcomed, a wall never does", () => {
  const alice = tab();
  alice.owner.welcome({ epoch: 3, holder: null });
  assert.deepEqual(alice.heard(), [["lease.claim", {}]]);
  const sam = tab({ phoneless: true });
  sam.owner.welcome({ epoch: 3, holder: null });
  assert.deepEqual(sam.heard(), []);
});

test("granted: the phone starts with the epoch, without stealing the lock of another tab", async () => {
  const { owner, heard } = tab();
  owner.welcome({ epoch: 3, holder: null });
  heard();
  owner.granted({ epoch: 4, holder: { client: "me" } });
  await settled();
  assert.equal(owner.state, "owner");
  assert.deepEqual(heard(), [["start", 4, false]]);
});

test("denied: a follower that knows who has the phone, and whose commands carry that epoch", () => {
  const { owner, heard } = tab();
  owner.welcome({ epoch: 4, holder: BOB_PLACE });
  heard();
  owner.denied({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "follower");
  assert.deepEqual(owner.holder, BOB_PLACE);
  assert.equal(owner.epoch, 4);
  assert.deepEqual(heard(), []);
});

test("denied with no holder: nobody has the phone", () => {
  const { owner } = tab();
  owner.denied({ epoch: 4, holder: null });
  assert.equal(owner.state, "none");
});

test("take over: asked with confirm, taking until granted, and the granted one steals the lock", async () => {
  const { owner, heard } = tab();
  owner.denied({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.takeOver("end"), true);
  assert.equal(owner.state, "taking");
  owner.granted({ epoch: 5 });
  await settled();
  assert.deepEqual(heard(), [
    ["lease.claim", { confirm: true, call: "end" }],
    ["start", 5, true],
  ]);
});

test("take over refused because the holder is on a call leaves a follower that can ask again", () => {
  const { owner } = tab();
  owner.takeOver();
  owner.denied({ epoch: 4, holder: { ...BOB_PLACE, on_call: true } });
  assert.equal(owner.state, "follower");
  assert.equal(owner.holder.on_call, true);
});

test("nobody can take over without a connection", () => {
  const { owner, wire } = tab();
  wire.connected = false;
  assert.equal(owner.takeOver(), false);
  assert.equal(owner.state, "none");
});

test("revoked: first the phone is handed over, then the lease is released, and commands are remote from the first moment", async () => {
  const { owner, heard } = await owning(4);
  const done = owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "follower");
  assert.equal(owner.held, 0);
  await done;
  assert.deepEqual(heard(), [["handing over"], ["handed over"], ["lease.released", { epoch: 4 }]]);
});

test("a lease that comes back while the phone is still stopping starts it only afterwards", async () => {
  const { owner, heard } = await owning(4);
  const done = owner.revoked({ epoch: 4, holder: BOB_PLACE });
  owner.granted({ epoch: 6 });
  await done;
  await settled();
  assert.deepEqual(heard(), [
    ["handing over"],
    ["handed over"],
    ["lease.released", { epoch: 4 }],
    ["start", 6, false],
  ]);
});

test("a person who ends the call and takes over ends it: the phone stops with its call", async () => {
  const { owner, heard } = await owning(4);
  await owner.revoked({ epoch: 4, holder: BOB_PLACE, call: "end" });
  assert.deepEqual(heard(), [
    ["stopping", "hand_over"],
    ["stopped"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a call that goes on without its lease ends when its agent hears that they have ended it elsewhere", async () => {
  const { owner, heard } = await owning(4);
  owner.welcome({ epoch: 5, holder: BOB_PLACE });
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  await settled();
  await settled();
  heard();
  await owner.revoked({ epoch: 4, call: "end" });
  assert.equal(owner.state, "follower");
  assert.deepEqual(heard(), [
    ["stopping", "hand_over"],
    ["stopped"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a denial that was long on its way stops no newer phone and no take-over", async () => {
  const taking = tab();
  taking.owner.denied({ epoch: 5, holder: BOB_PLACE });
  taking.owner.takeOver();
  taking.owner.denied({ epoch: 4, holder: null });
  assert.equal(taking.owner.state, "taking");
  const { owner, heard } = await owning(6);
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  await settled();
  assert.equal(owner.state, "owner");
  assert.deepEqual(heard(), []);
});

test("a follower that finds the lock of a dead page free says so", async () => {
  const { owner, heard } = tab();
  owner.denied({ epoch: 4, holder: BOB_PLACE });
  owner.claimFromDead();
  assert.deepEqual(heard(), [["lease.claim", { lock_free: true }]]);
  const alice = await owning(4);
  alice.owner.claimFromDead();
  assert.deepEqual(alice.heard(), []);
});

test("a revocation of an epoch that is over changes nothing", async () => {
  const { owner, heard } = await owning(6);
  await owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "owner");
  assert.deepEqual(heard(), []);
});

test("a page that is asked for a phone it does not have (it was reloaded) releases it at once", async () => {
  const { owner, heard } = tab();
  await owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.deepEqual(heard(), [["lease.released", { epoch: 4 }]]);
});

test("a late grant of an old epoch starts nothing", async () => {
  const { owner, heard } = tab();
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  owner.granted({ epoch: 4 });
  await settled();
  assert.equal(owner.state, "follower");
  assert.deepEqual(heard(), []);
});

test("the same grant twice starts the phone once", async () => {
  const { owner, heard } = await owning(4);
  owner.granted({ epoch: 4 });
  await settled();
  assert.deepEqual(heard(), []);
});

test("given back under a newer epoch after an outage: the phone is told, and never stopped", async () => {
  const { owner, heard } = await owning(4);
  owner.welcome({ epoch: 4, holder: null });
  owner.granted({ epoch: 5 });
  await settled();
  assert.deepEqual(heard(), [
    ["lease.claim", {}],
    ["start", 5, false],
  ]);
  assert.equal(owner.epoch, 5);
});

test("an owner that finds another one in its place after an outage stops its phone", async () => {
  const { owner, heard } = await owning(4);
  owner.welcome({ epoch: 5, holder: BOB_PLACE });
  owner.denied({ epoch: 5, holder: BOB_PLACE });
  await settled();
  await settled();
  assert.equal(owner.state, "follower");
  assert.deepEqual(heard(), [["lease.claim", {}], ["handing over"], ["handed over"]]);
});

test("a stale epoch stops the phone without releasing what is not ours", async () => {
  const { owner, heard } = await owning(4);
  owner.stale();
  await settled();
  await settled();
  assert.equal(owner.held, 0);
  assert.deepEqual(heard(), [["handing over"], ["handed over"]]);
});

test("a server that still takes us for the holder is asked, but not while the phone is being handed over", async () => {
  const { owner, heard } = await owning(4);
  owner.stale();
  owner.ping({ n: 1, heard: 0, others: false, epoch: 4 });
  await settled();
  await settled();
  heard();
  owner.ping({ n: 2, heard: 1, others: false, epoch: 4 });
  assert.deepEqual(heard(), [["lease.claim", {}]]);
});

test("another tab of this browser that stole the lock has the phone: ours stops and says so", async () => {
  const { owner, heard } = await owning(4);
  await owner.stolen();
  assert.deepEqual(heard(), [["handing over"], ["handed over"], ["lease.released", { epoch: 4 }]]);
});

test("fenced after 30 s without the server while others stand by, and open again when it confirms", async () => {
  const { owner, clocks, fence, heard, states, wire } = await owning(4);
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
  assert.deepEqual(heard(), [
    ["fence", true],
    ["lease.claim", {}],
    ["fence", false],
  ]);
  assert.equal(states.filter((state) => state === "fenced").length, 1);
});

test("a holder that finds itself fenced on an open connection asks at once, and only once", async () => {
  const { owner, clocks, heard } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: true, epoch: 4 });
  clocks.pass(30_000);
  owner.beat();
  owner.beat();
  assert.deepEqual(heard(), [
    ["fence", true],
    ["lease.claim", {}],
  ]);
  owner.granted({ epoch: 4 });
  assert.equal(owner.state, "owner");
  assert.deepEqual(heard(), [["fence", false]]);
});

test("a holder that is alone is not fenced by an outage", async () => {
  const { owner, clocks, heard } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: false, epoch: 4 });
  clocks.pass(3_600_000);
  owner.beat();
  assert.equal(owner.state, "owner");
  assert.deepEqual(heard(), []);
});

test("another document with our id: the phone stops, and nothing is released in the other one's name", async () => {
  const { owner, heard } = await owning(4);
  await owner.replaced();
  assert.equal(owner.held, 0);
  assert.deepEqual(heard(), [["handing over"], ["handed over"]]);
});

test("a page that leaves tells which epoch it gives up, once", async () => {
  const { owner } = await owning(4);
  assert.equal(owner.leave(), 4);
  assert.equal(owner.leave(), 0);
});

test("an empty database counts its epochs from the beginning", async () => {
  const { owner, heard } = await owning(40);
  owner.welcome({ epoch: 0, holder: null });
  owner.granted({ epoch: 1 });
  await settled();
  assert.deepEqual(heard(), [
    ["lease.claim", {}],
    ["start", 1, false],
  ]);
});

test("mayBegin is a question: only the check closes the fence", async () => {
  const { owner, clocks, heard, states } = await owning(4);
  owner.ping({ n: 1, heard: 0, others: true, epoch: 4 });
  clocks.pass(30_000);
  const before = states.length;
  assert.equal(owner.mayBegin, true);
  assert.deepEqual([heard(), states.length], [[], before], "nothing has happened");
  owner.beat();
  assert.equal(owner.mayBegin, false);
  assert.deepEqual(heard()[0], ["fence", true]);
});
