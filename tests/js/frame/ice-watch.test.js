import assert from "node:assert/strict";
import { test } from "node:test";

import { watchIce } from "../../../static/js/frame/ice-watch.js";

/** A peer connection as far as its states go. */
class Connection extends EventTarget {
  /** @param {string} state */
  becomes(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

/** @param {import("node:test").TestContext} t */
function watched(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const connection = new Connection();
  /** @type {string[]} */
  const news = [];
  const note = (/** @type {string} */ word) => () => void news.push(word);
  const stop = watchIce(/** @type {any} */ (connection), 20_000, {
    lost: note("lost"),
    restart: note("restart"),
    ok: note("ok"),
    dead: note("dead"),
  });
  return { connection, news, stop };
}

test("a short interruption is shown and forgotten", (t) => {
  const { connection, news } = watched(t);
  for (const state of ["connected", "disconnected", "connected"]) connection.becomes(state);
  t.mock.timers.tick(60_000);
  assert.deepEqual(news, ["lost", "ok"]);
});

test("a longer interruption is repaired before the browser's end", (t) => {
  const { connection, news } = watched(t);
  for (const state of ["connected", "disconnected"]) connection.becomes(state);
  t.mock.timers.tick(2_999);
  assert.deepEqual(news, ["lost"]);
  t.mock.timers.tick(1);
  connection.becomes("connected");
  t.mock.timers.tick(60_000);
  assert.deepEqual(news, ["lost", "restart", "ok"]);
});

test("a failure is repaired", (t) => {
  const { connection, news } = watched(t);
  for (const state of ["connected", "disconnected", "failed"]) connection.becomes(state);
  t.mock.timers.tick(19_999);
  for (const state of ["connecting", "connected"]) connection.becomes(state);
  t.mock.timers.tick(60_000);
  assert.deepEqual(news, ["lost", "restart", "ok"]);
});

test("a failure that outlasts the patience ends the call", (t) => {
  const { connection, news } = watched(t);
  connection.becomes("failed");
  t.mock.timers.tick(15_000);
  for (const state of ["connecting", "failed"]) connection.becomes(state);
  t.mock.timers.tick(5000);
  assert.deepEqual(news, ["lost", "restart", "restart", "dead"]);
});

test("a call that ended meanwhile is not ended again", (t) => {
  const { connection, news, stop } = watched(t);
  connection.becomes("failed");
  stop();
  t.mock.timers.tick(60_000);
  assert.deepEqual(news, ["lost", "restart"]);
});
