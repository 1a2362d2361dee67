import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { RealtimeSocket } from "../../../static/js/client/socket.js";
import { Clocks } from "../clocks.js";

/** A wire in the hands of the test. */
class Wire {
  readyState = 0;
  sent = [];

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
  }

  send(frame) {
    this.sent.push(JSON.parse(frame));
  }

  close() {
    this.readyState = 3;
  }

  opens() {
    this.readyState = 1;
    this.onopen?.();
  }

  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  closes(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const HELLO = { client: "c", view: "workspace", locale: "vi" };
const WELCOME = { type: "welcome", seq: 1, lease: null, n: 0, html: "" };

function page(more = {}) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const clocks = new Clocks();
  mock.method(performance, "now", clocks.monotonic);
  mock.method(Date, "now", clocks.wall);
  const wires = [];
  const states = [];
  const messages = [];
  const open = (url, protocols) => wires[wires.push(new Wire(url, protocols)) - 1];
  const onmessage = ({ type }) => messages.push(type);
  const onstate = (...state) => states.push(state);
  const socket = new RealtimeSocket({
    url: "wss://console.test/realtime",
    hello: () => HELLO,
    onmessage,
    onstate,
    open,
    ...more,
  });
  socket.open();
  const pass = (ms) => {
    clocks.pass(ms);
    mock.timers.tick(ms);
  };
  return { socket, wires, states, messages, clocks, pass };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function online(more) {
  const alice = page(more);
  await settled();
  alice.wires[0].opens();
  alice.wires[0].says(WELCOME);
  return alice;
}

test.afterEach(() => (mock.timers.reset(), mock.restoreAll()));

test("hello is the first message", async () => {
  const { wires, states } = await online();
  assert.deepEqual(wires[0].sent, [{ type: "hello", ...HELLO }]);
  assert.deepEqual(states, [["connecting"], ["open"]]);
});

test("nothing is kept for later: what cannot be sent now is not sent", async () => {
  const { socket, wires } = page();
  await settled();
  assert.equal(socket.send("lease.claim", {}), false);
  wires[0].opens();
  assert.deepEqual(
    wires[0].sent.map(({ type }) => type),
    ["hello"],
  );
});

test("a connection that breaks comes back by itself", async () => {
  const { wires, states, pass } = await online();
  wires[0].closes(1006);
  await settled();
  pass(501);
  await settled();
  assert.equal(wires.length, 2);
  assert.deepEqual(states.slice(2), [["closed", 1006], ["connecting"]]);
});

test("failed tries wait longer until a connection has held", async () => {
  const { wires, pass } = await online();
  const reach = async (tries) => {
    for (let n = 0; n < tries; n += 1) {
      wires.at(-1).closes(1006);
      await settled();
      pass(10_001);
      await settled();
    }
  };
  await reach(4);
  wires.at(-1).closes(1006);
  await settled();
  pass(2000);
  await settled();
  assert.equal(wires.length, 5);
  pass(8001);
  await settled();
  wires.at(-1).opens();
  wires.at(-1).says(WELCOME);
  pass(10_001);
  wires.at(-1).closes(1012);
  await settled();
  pass(501);
  await settled();
  assert.equal(wires.length, 7);
});

test("a page that makes the server fail again and again slows down", async () => {
  const { wires, pass } = await online();
  for (let n = 0; n < 5; n += 1) {
    wires.at(-1).closes(1011);
    await settled();
    pass(10_001);
    await settled();
    wires.at(-1).opens();
    wires.at(-1).says(WELCOME);
  }
  wires.at(-1).closes(1011);
  await settled();
  pass(2000);
  await settled();
  assert.equal(wires.length, 6);
});

test("a socket that is silent for 25 s is closed and ignored", async () => {
  const { socket, wires, messages, pass, clocks } = await online();
  clocks.pass(25_001);
  socket.beat();
  await settled();
  wires[0].says({ type: "ack", n: 1 });
  wires[0].closes(1006);
  assert.deepEqual(messages, ["welcome"]);
  pass(501);
  await settled();
  assert.equal(wires.length, 2);
});

test("a wall clock that is set back changes no timer", async () => {
  const { socket, wires, clocks, pass } = await online();
  clocks.wallMs -= 3_600_000;
  clocks.pass(25_001);
  socket.beat();
  await settled();
  clocks.wallMs -= 3_600_000;
  pass(501);
  await settled();
  assert.equal(wires.length, 2);
});

test("a wall clock that jumps forward breaks no connection", async () => {
  const { socket, wires, clocks } = await online();
  clocks.wallMs += 3_600_000;
  socket.beat();
  await settled();
  assert.equal(wires[0].readyState, 1);
});

test("the network that is back is used at once", async () => {
  const { socket, wires } = await online();
  wires[0].closes(1006);
  await settled();
  socket.hurry();
  await settled();
  assert.equal(wires.length, 2);
  socket.hurry();
  await settled();
  assert.equal(wires.length, 2);
});

test("signed out and not allowed are final and reported", async () => {
  for (const [code, word] of [
    [4401, "signed_out"],
    [4403, "refused"],
  ]) {
    const { wires, states, pass } = await online();
    wires[0].says({ type: "goodbye", code, reason: "" });
    wires[0].closes(1006);
    await settled();
    pass(60_000);
    await settled();
    assert.equal(wires.length, 1);
    assert.deepEqual(states.at(-1), [word, code]);
    mock.timers.reset();
  }
});

test("replaced: a new id is taken before the next hello", async () => {
  let client = "c";
  const alice = await online({
    hello: () => ({ ...HELLO, client }),
    onreplaced: async () => {
      client = "c-new";
    },
  });
  alice.wires[0].closes(4409);
  await settled();
  alice.pass(501);
  await settled();
  alice.wires[1].opens();
  assert.equal(alice.wires[1].sent[0].client, "c-new");
});

test("a page that the server does not understand does not hammer it", async () => {
  const { wires, states, pass } = await online();
  wires[0].closes(4400);
  await settled();
  pass(14_000);
  await settled();
  assert.equal(wires.length, 1);
  assert.deepEqual(states.at(-1), ["closed", 4400]);
  pass(1001);
  await settled();
  assert.equal(wires.length, 2);
});

test("without a cookie each connection uses a new ticket", async () => {
  let tickets = 0;
  const { wires } = page({ ticket: async () => `t${(tickets += 1)}` });
  await settled();
  assert.deepEqual(wires[0].protocols, ["console.v1", "ticket.t1"]);
});

test("a page that closed its connection stays closed", async () => {
  const { socket, wires, pass } = await online();
  socket.close();
  pass(60_000);
  socket.beat();
  await settled();
  assert.equal(wires.length, 1);
});
