import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientIdentity } from "../../../static/js/client/client-identity.js";
import { EventStore, MemoryStorage } from "../../../static/js/client/event-store.js";

/** One browser: documents exclude each other by its locks, and a tab keeps its session storage. */
function browser() {
  const held = new Set();
  let made = 0;
  const waited = [];
  const lock = async (name, { patienceMs, steal } = {}) => {
    if (patienceMs) waited.push(patienceMs);
    if (held.has(name) && !steal) return null;
    held.add(name);
    return () => held.delete(name);
  };
  const local = new MemoryStorage();
  const newId = () => `id-${(made += 1)}`;
  const open = (session, user = "alice", came = "new") =>
    new ClientIdentity(user, { session, local, lock, newId, arrival: () => came });
  return Object.assign(open, { waited });
}

class SessionStorage extends MemoryStorage {
  copyTo(other, keys) {
    for (const key of keys) other.setItem(key, this.getItem(key));
    return other;
  }
}

test("a reload keeps the id and the events", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const before = open(storage);
  await before.open();
  before.store.add({ type: "ended", at: 1, connection: "c1", call: "a" }, 4);
  before.close();
  const after = open(storage);
  await after.open();
  assert.equal(after.client, before.client);
  assert.equal(after.store.events.length, 1);
});

test("a reload gets its id even when the document before it stays", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const before = open(storage);
  await before.open();
  const after = open(storage, "alice", "reload");
  await after.open();
  assert.equal(after.client, before.client);
  assert.ok(open.waited[1] >= 10_000);
});

test("the next document of a tab waits as long, and steals no id", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const before = open(storage);
  await before.open();
  const after = open(storage, "alice", "next");
  await after.open();
  assert.notEqual(after.client, before.client);
  assert.ok(open.waited[1] >= 10_000);
});

test("a tab that is new is not kept waiting for an id of its own", async () => {
  const open = browser();
  await open(new SessionStorage()).open();
  assert.ok(open.waited[0] < 500);
});

test("a duplicated tab gets its own id and none of the events", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const original = open(storage);
  await original.open();
  original.store.add({ type: "ended", at: 1, connection: "c1", call: "a" }, 4);
  const copy = storage.copyTo(new SessionStorage(), [
    "console.client.alice",
    `console.events.${original.client}`,
  ]);
  const duplicate = open(copy);
  await duplicate.open();
  assert.notEqual(duplicate.client, original.client);
  assert.deepEqual(duplicate.store.events, []);
  assert.deepEqual(new EventStore(copy, original.client).events, []);
  assert.equal(original.store.events.length, 1);
});

test("a replaced page takes its events to its new id", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const page = open(storage);
  await page.open();
  const before = page.client;
  page.store.add({ type: "ended", at: 1, connection: "c1", call: "a" }, 4);
  await page.replace();
  assert.notEqual(page.client, before);
  assert.equal(page.formerly, before);
  assert.deepEqual(
    page.store.events.map(({ n, epoch, event }) => [n, epoch, event.call]),
    [[1, 4, "a"]],
  );
  assert.deepEqual(new EventStore(storage, before).events, []);
});

test("sockets are numbered upwards, also through a reload", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const page = open(storage);
  await page.open();
  assert.deepEqual([page.nextSerial(), page.nextSerial()], [1, 2]);
  page.close();
  assert.equal(open(storage).nextSerial(), 3);
});

test("a page that was replaced takes a new id and keeps it", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const page = open(storage);
  await page.open();
  const { client } = page;
  await page.replace();
  assert.notEqual(page.client, client);
  page.close();
  const reloaded = open(storage);
  await reloaded.open();
  assert.equal(reloaded.client, page.client);
});

test("a page from the back/forward cache keeps its id and events", async () => {
  const open = browser();
  const page = open(new SessionStorage());
  await page.open();
  const { client } = page;
  page.store.add({ type: "ended", at: 1, connection: "c1", call: "a" }, 4);
  page.close();
  await page.open();
  assert.equal(page.client, client);
  assert.equal(page.store.events.length, 1);
  assert.ok(open.waited[1] >= 10_000);
});

test("Bob's sign-in after Alice's makes another client", async () => {
  const open = browser();
  const storage = new SessionStorage();
  const alice = open(storage, "alice");
  await alice.open();
  alice.store.add({ type: "ended", at: 1, connection: "c1", call: "a" }, 4);
  alice.close();
  const bob = open(storage, "bob");
  await bob.open();
  assert.notEqual(bob.client, alice.client);
  assert.deepEqual(bob.store.events, []);
});
