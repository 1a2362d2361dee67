import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EventSender,
  EventStore,
  MemoryStorage,
  storageOrMemory,
} from "../../../static/js/client/event-store.js";

const event = (call, type = "ringing") => ({ type, at: 1, connection: "c1", call });
const numbers = (store) => store.events.map((stored) => stored.n);

function sender(store, { connected = true } = {}) {
  const wire = { connected, sent: [] };
  const send = (type, fields) => {
    if (wire.connected) wire.sent.push(fields);
    return wire.connected;
  };
  return Object.assign(new EventSender(() => store, send), { wire });
}

test("events are numbered in the order in which they happened", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  store.add(event("a"), 4);
  store.add(event("a", "answered"), 4);
  assert.deepEqual(numbers(store), [1, 2]);
});

test("events and their numbers survive a reload", () => {
  const storage = new MemoryStorage();
  new EventStore(storage, "alice-1").add(event("a"), 4);
  const reloaded = new EventStore(storage, "alice-1");
  assert.deepEqual(reloaded.events, [{ n: 1, epoch: 4, event: event("a") }]);
  assert.equal(reloaded.add(event("b"), 5).n, 2);
});

test("numbers go on after an acknowledgement and a reload", () => {
  const storage = new MemoryStorage();
  const store = new EventStore(storage, "alice-1");
  store.add(event("a"), 4);
  store.ack(1);
  assert.equal(new EventStore(storage, "alice-1").add(event("b"), 4).n, 2);
});

test("a page that lost its storage gives no number twice", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  store.ack(17);
  assert.equal(store.add(event("a"), 4).n, 18);
});

test("another client's events are not read", () => {
  const storage = new MemoryStorage();
  new EventStore(storage, "alice-1").add(event("a"), 4);
  assert.deepEqual(new EventStore(storage, "alice-2").events, []);
});

test("storage that is refused or damaged is done without", () => {
  const refused = storageOrMemory(() => {
    throw new DOMException("refused", "SecurityError");
  });
  const store = new EventStore(refused, "alice-1");
  assert.equal(store.add(event("a"), 4).n, 1);
  refused.setItem("console.events.alice-1", "{damaged");
  assert.deepEqual(new EventStore(refused, "alice-1").events, []);
});

test("storage that is full loses nothing while the page lives", () => {
  const full = {
    getItem: () => null,
    removeItem: () => {},
    setItem: () => assert.fail("QuotaExceededError"),
  };
  const store = new EventStore(full, "alice-1");
  store.add(event("a"), 4);
  assert.deepEqual(numbers(store), [1]);
});

test("a leaving page sends the first events that fit, in order", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  store.add(event("a"), 4);
  store.add(event("x".repeat(1000)), 4);
  store.add(event("b"), 4);
  assert.deepEqual(
    store.fitting(500).map((stored) => stored.n),
    [1],
  );
  assert.equal(store.fitting(60_000).length, 3);
});

test("nothing is sent before the welcome", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  const events = sender(store);
  events.add(event("a"), 4);
  assert.deepEqual(events.wire.sent, []);
});

test("after the welcome the missing events are sent in order", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  const events = sender(store);
  events.add(event("a"), 4);
  events.add(event("a", "answered"), 4);
  events.add(event("a", "ended"), 4);
  events.welcome(1);
  assert.deepEqual(events.wire.sent, [
    { n: 2, epoch: 4, event: event("a", "answered") },
    { n: 3, epoch: 4, event: event("a", "ended") },
  ]);
});

test("unacknowledged events are sent again on the next connection", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  const events = sender(store);
  events.welcome(0);
  events.add(event("a"), 4);
  events.disconnected();
  events.add(event("b"), 4);
  events.welcome(0);
  assert.deepEqual(
    events.wire.sent.map((stored) => stored.n),
    [1, 1, 2],
  );
});

test("what happens while the wire is dead follows in order", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  const events = sender(store);
  events.welcome(0);
  events.wire.connected = false;
  events.add(event("a"), 4);
  events.wire.connected = true;
  events.add(event("b"), 4);
  assert.deepEqual(
    events.wire.sent.map((stored) => stored.n),
    [1, 2],
  );
});

test("a long outage is sent in acknowledged portions", () => {
  const store = new EventStore(new MemoryStorage(), "alice-1");
  const events = sender(store);
  for (let n = 1; n <= 120; n += 1) events.add(event(`call-${n}`), 4);
  events.welcome(0);
  assert.equal(events.wire.sent.length, 50);
  for (let n = 1; n <= 120; n += 1) events.ack(n);
  assert.deepEqual(
    events.wire.sent.map((stored) => stored.n),
    Array.from({ length: 120 }, (_, index) => index + 1),
  );
  assert.deepEqual(store.events, []);
});
