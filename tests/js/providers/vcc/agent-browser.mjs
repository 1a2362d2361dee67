// One agent's phone frame without a browser: the provider's module on the fake vendor scripts.
// The test (tests/providers/vcc/simulator/agent_browser.py) controls time and sockets: each line on
// standard input is a step, each line on standard output its outcome. A step may begin with a new
// page: the session's VCC part, with the switches of the scripts.

import { createInterface } from "node:readline";
import { mock } from "node:test";
import { inFrameOf } from "../../page-tables.js";
import { createPhone } from "../../../../static/js/providers/vcc/index.js";
import { vendor } from "../../../../static/js/providers/vcc/vendor.js";
import { CALLBACKS, VccPage } from "../../simulator/vcc/page.js";

inFrameOf("vcc");
const TICK = 125;
performance.now = () => Date.now();

/** All promises are settled before the next turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** @type {VccPage} */
let page;
let phone;
let events = [];
let reloads = 0;
let seen = [];

const frame = {
  microphone: { state: "ok", fenced: false, check: async () => "ok" },
  media: { follow() {}, forget() {}, settles: async () => true },
  emit: (event) => events.push({ ...event, now: Date.now() }),
  changed() {},
  ringback() {},
  missing() {},
};

/** Ends the page before: its time stands still, and its deferred stop is carried out. */
async function leave() {
  mock.timers.reset();
  for (const name of CALLBACKS) globalThis[name] = () => {};
  vendor.deferStop(() => false);
  await settled();
}

async function opens({ switches, ...given }) {
  if (page) await leave();
  [events, reloads, seen] = [[], 0, []];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_790_000_000_000 });
  page = new VccPage({ without: CALLBACKS, debug: "off", switches });
  page.window.Date = Date;
  shareGlobals();
  phone = createPhone(frame, {
    prepare: () => {},
    load: async () => {},
    reload: () => (reloads += 1),
  });
  await phone.start({
    vcc: {
      token: "the.token",
      domain: "demo",
      scripts: [],
      device: "browser",
      device_number: "",
      ...given,
    },
    availability: "available",
  });
  await settled();
}

/** Shares the scripts' globals with the frame, as one window does. */
function shareGlobals() {
  for (const name of Object.keys(page.window)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { configurable: true, get: () => page.window[name] });
  }
  for (const name of ["csVoice", "state", "ua"])
    Object.defineProperty(globalThis, name, { configurable: true, get: () => page.get(name) });
  for (const name of CALLBACKS) page.window[name] = (...args) => globalThis[name]?.(...args);
}

/** New sockets, the messages sent on them, and those that the page has closed. */
function sockets() {
  const opened = [];
  const sent = [];
  const closed = [];
  page.sockets.forEach((socket, id) => {
    if (id >= seen.length) {
      seen.push({ sent: 0, closed: false });
      opened.push([id, socket.url]);
    }
    const known = seen[id];
    sent.push(...socket.sent.slice(known.sent).map((message) => [id, message]));
    known.sent = socket.sent.length;
    if (socket.readyState === 3 && !known.closed) closed.push(id);
    known.closed = socket.readyState === 3;
  });
  return { opened, sent, closed };
}

async function pass(ms) {
  for (let left = ms; left > 0; left -= TICK) {
    mock.timers.tick(Math.min(TICK, left));
    await settled();
  }
}

async function step({ page: given, open = [], messages = [], drop = [], commands = [], ms = 0 }) {
  if (given) await opens(given);
  for (const id of open) page.sockets[id].opens();
  for (const [id, message] of messages)
    if (page.sockets[id].readyState === 1) page.sockets[id].says(message);
  for (const id of drop) {
    seen[id].closed = true;
    if (page.sockets[id].readyState !== 3) page.sockets[id].drops();
  }
  await settled();
  const { calls } = phone.status();
  for (const [name, args] of commands) void phone.command(name, { call: calls[0], ...args });
  await settled();
  await pass(ms);
  const outcome = { ...sockets(), events, reloads, status: phone.status() };
  events = [];
  return outcome;
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await step(JSON.parse(line)))}\n`);
