import assert from "node:assert/strict";
import { test } from "node:test";
import { Fence } from "../../../static/js/client/fence.js";
import { TabOwner } from "../../../static/js/client/tab-owner.js";
import { Clocks } from "../clocks.js";

const BOB_PLACE = { client: "other", place: "Chrome, Windows", since: 1, on_call: false };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * A tab of Alice with everything around the state machine replaced by a list of the calls that
 * it receives, in order.
 */
function tab() {
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
  const onchange = (ownership) => states.push(ownership.state);
  const owner = new TabOwner({ fence, phones, send, onchange });
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

test("a workspace claims when it is welcomed", () => {
  const alice = tab();
  alice.owner.welcome({ epoch: 3, holder: null });
  assert.deepEqual(alice.heard(), [["lease.claim", {}]]);
});

test("granted: the phone starts with the epoch and steals no lock", async () => {
  const { owner, heard } = tab();
  owner.welcome({ epoch: 3, holder: null });
  heard();
  owner.granted({ epoch: 4, holder: { client: "me" } });
  await settled();
  assert.equal(owner.state, "owner");
  assert.deepEqual(heard(), [["start", 4, false]]);
});

test("denied: a follower knows the holder and its epoch", () => {
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

test("take over: asks with confirm, then steals the lock", async () => {
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

test("a refused take-over leaves a follower that can ask again", () => {
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

test("revoked: the phone is handed over before the lease is released", async () => {
  const { owner, heard } = await owning(4);
  const done = owner.revoked({ epoch: 4, holder: BOB_PLACE });
  assert.equal(owner.state, "follower");
  assert.equal(owner.held, 0);
  await done;
  assert.deepEqual(heard(), [["handing over"], ["handed over"], ["lease.released", { epoch: 4 }]]);
});

test("a returning lease starts the phone only after it has stopped", async () => {
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

test("a take-over that ends the call stops the phone with its call", async () => {
  const { owner, heard } = await owning(4);
  await owner.revoked({ epoch: 4, holder: BOB_PLACE, call: "end" });
  assert.deepEqual(heard(), [
    ["stopping", "hand_over"],
    ["stopped"],
    ["lease.released", { epoch: 4 }],
  ]);
});

test("a call without its lease ends when its agent ends it elsewhere", async () => {
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

test("a reloaded page releases a phone that it does not have", async () => {
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

test("given back under a newer epoch: the phone goes on", async () => {
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

test("an owner that was replaced during an outage stops its phone", async () => {
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

test("a server that still names us the holder is asked, but not in a hand-over", async () => {
  const { owner, heard } = await owning(4);
  owner.stale();
  owner.ping({ n: 1, heard: 0, others: false, epoch: 4 });
  await settled();
  await settled();
  heard();
  owner.ping({ n: 2, heard: 1, others: false, epoch: 4 });
  assert.deepEqual(heard(), [["lease.claim", {}]]);
});

test("a stolen lock stops our phone and releases the lease", async () => {
  const { owner, heard } = await owning(4);
  await owner.stolen();
  assert.deepEqual(heard(), [["handing over"], ["handed over"], ["lease.released", { epoch: 4 }]]);
});

test("fenced 30 s after the server's last word, open when it confirms", async () => {
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

test("a fenced holder on an open connection asks once", async () => {
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

test("another document with our id: the phone stops, nothing is released", async () => {
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
