import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SCRIPT = readFileSync(
  new URL("../../../static/js/service-worker.js", import.meta.url),
  "utf8",
);

/** @param {string[]} ids the tabs that are open */
function worker(ids = ["owner", "other"]) {
  /** @type {Map<string, (event: any) => void>} */
  const listeners = new Map();
  /** @type {any[]} */
  let shown = [];
  /** @type {string[]} */
  const log = [];
  const tabs = ids.map((id) => ({
    id,
    postMessage: (/** @type {any} */ { call, action }) => log.push(`${id}: ${action} ${call}`),
    focus: async () => log.push(`${id} focused`),
  }));
  const self = {
    addEventListener: listeners.set.bind(listeners),
    skipWaiting: () => {},
    clients: {
      matchAll: async () => tabs,
      openWindow: async (/** @type {string} */ address) => log.push(`opened ${address}`),
    },
    registration: {
      getNotifications: async (/** @type {any} */ { tag }) =>
        shown.filter((each) => each.tag === tag),
      showNotification: async (/** @type {string} */ title, /** @type {any} */ options) => {
        shown = shown.filter(({ tag }) => tag !== options.tag);
        const close = () => (shown = shown.filter((each) => each !== notification));
        const notification = { title, ...options, close };
        shown.push(notification);
      },
    },
  };
  runInNewContext(SCRIPT, { self, Promise });
  const send = async (/** @type {string} */ name, /** @type {any} */ event) => {
    /** @type {Promise<unknown>[]} */
    const waits = [];
    listeners.get(name)?.({ ...event, waitUntil: waits.push.bind(waits) });
    await Promise.all(waits);
  };
  const ring = (/** @type {string} */ from, owner = true) =>
    send("message", {
      source: { id: from },
      data: {
        type: "show",
        tag: "console-c1",
        title: "Mai is calling",
        owner,
        options: { data: { call: "c1" }, actions: owner ? [{ action: "answer" }] : [] },
      },
    });
  return { send, ring, log, listeners, shown: () => shown };
}

test("the worker never sees a page or a file", () => {
  assert.equal(worker().listeners.has("fetch"), false);
});

for (const action of ["answer", "decline", ""])
  test(`a click on "${action}" reaches the tab that asked, which comes forward`, async () => {
    const { send, ring, log, shown } = worker();
    await ring("owner");
    await send("notificationclick", { notification: shown()[0], action });
    assert.deepEqual(log, [`owner: ${action} c1`, "owner focused"]);
    assert.deepEqual(shown(), []);
  });

test("a click after the tab has gone opens the workspace and answers nothing", async () => {
  const { send, ring, log, shown } = worker(["other"]);
  await ring("owner");
  await send("notificationclick", { notification: shown()[0], action: "answer" });
  assert.deepEqual(log, ["opened /"]);
});

test("a follower's notification never takes the place of the owner's", async () => {
  const { ring, shown } = worker();
  await ring("owner");
  await ring("other", false);
  assert.deepEqual(
    shown().map(({ data }) => data.client),
    ["owner"],
  );
});

test("the owner's takes the place of a follower's", async () => {
  const { ring, shown } = worker();
  await ring("other", false);
  await ring("owner");
  assert.deepEqual(
    shown().map(({ data }) => data.client),
    ["owner"],
  );
});

test("a call that ends at once leaves no notification behind", async () => {
  const { ring, send, shown } = worker();
  const showing = ring("owner");
  await send("message", { data: { type: "close", tag: "console-c1" } });
  await showing;
  assert.deepEqual(shown(), []);
});
