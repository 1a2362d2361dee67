import assert from "node:assert/strict";
import { test } from "node:test";

import { RegistrationWatch } from "../../../../static/js/providers/kit/registration-watch.js";
import { VendorSocket } from "../../../../static/js/providers/kit/vendor-socket.js";
import { Pause, Timer, until } from "../../../../static/js/providers/kit/wait.js";

/** @param {import("node:test").TestContext} t */
function watched(t) {
  let now = 1;
  t.mock.method(performance, "now", () => now);
  const events = [];
  const frame = { emit: ({ type }) => events.push(type) };
  return { events, frame, wait: (ms) => (now += ms) };
}

test("a registration is reported when it comes and goes", (t) => {
  const { events, frame } = watched(t);
  const watch = new RegistrationWatch(frame, "sip");
  for (const registered of [false, true, true, false]) watch.look(registered, registered);
  assert.deepEqual(events, ["registered", "unregistered"]);
});

test("a registration that does not come in 10 s is reported once", (t) => {
  const { events, frame, wait } = watched(t);
  const watch = new RegistrationWatch(frame, "sip");
  for (const ms of [0, 9999, 1, 60_000]) {
    wait(ms);
    watch.look(true, false);
  }
  assert.deepEqual(events, ["registration_failed"]);
});

test("an unwanted registration is not awaited", (t) => {
  const { events, frame, wait } = watched(t);
  const watch = new RegistrationWatch(frame, "sip");
  for (const wanted of [true, false, true]) {
    watch.look(wanted, false);
    wait(9999);
  }
  watch.look(true, false);
  assert.deepEqual(events, []);
});

test("a socket is reported when it opens and is lost", (t) => {
  const { events, frame } = watched(t);
  const socket = new VendorSocket(frame);
  for (const step of ["ready", "ready", "lost", "lost", "ready"]) socket[step](false);
  assert.deepEqual(events, ["connected", "disconnected", "connected"]);
});

test("a socket is given up after a minute, or at once", (t) => {
  const { frame, wait } = watched(t);
  const socket = new VendorSocket(frame);
  socket.ready();
  socket.lost(false);
  wait(60_000);
  assert.equal(socket.givenUp, false);
  wait(1);
  assert.equal(socket.givenUp, true);
  socket.ready();
  assert.equal(socket.givenUp, false);
  socket.lost(true);
  assert.equal(socket.givenUp, true);
});

test("a condition is awaited for a limited time", async () => {
  let looks = 0;
  assert.equal(await until(() => (looks += 1) > 2, 5000), true);
  assert.equal(await until(() => false, 0), false);
});

test("a pause can be cut short", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const pause = new Pause();
  pause.end();
  const paused = pause.for(1000);
  pause.end();
  await paused;
});

test("a timer runs once, and not when stopped", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const runs = [];
  const timer = new Timer();
  timer.start(() => runs.push("replaced"), 1000);
  timer.start(() => runs.push("last"), 2000);
  assert.equal(timer.started, true);
  t.mock.timers.tick(2000);
  assert.deepEqual(runs, ["last"]);
  timer.start(() => runs.push("stopped"), 1000);
  timer.stop();
  t.mock.timers.tick(1000);
  assert.deepEqual([runs.length, timer.started], [1, false]);
});
