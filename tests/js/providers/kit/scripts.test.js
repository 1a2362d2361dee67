import assert from "node:assert/strict";
import { test } from "node:test";

import { CallbackQueue } from "../../../../static/js/providers/kit/callback-queue.js";
import { pageFunctions } from "../../../../static/js/providers/kit/page-functions.js";
import {
  ScriptError,
  ScriptLoader,
  loadScript,
} from "../../../../static/js/providers/kit/script-loader.js";
import { vendorCallbacks } from "../../../../static/js/providers/kit/vendor-callbacks.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param {import("node:test").TestContext} t */
async function pass(t, ms) {
  await turn();
  t.mock.timers.tick(ms);
  await turn();
}

/** A page that adds scripts to nothing. */
function fakePage(t) {
  const added = [];
  const script = () => ({ remove: () => added.pop() });
  const body = { append: (element) => added.push(element) };
  Object.assign(globalThis, {
    document: { createElement: script, body },
    location: { href: "https://console.example/" },
  });
  t.after(() => ["document", "location"].forEach((name) => delete globalThis[name]));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return added;
}

test("a script that does not load in 10 s names its host", async (t) => {
  const added = fakePage(t);
  const loading = loadScript("https://vendor.example/sdk.js");
  assert.equal(added[0].src, "https://vendor.example/sdk.js");
  t.mock.timers.tick(10_000);
  await assert.rejects(loading, (error) => error.host === "vendor.example");
  assert.deepEqual(added, []);
});

test("a script that fails names its host at once", async (t) => {
  const added = fakePage(t);
  const loading = loadScript("https://vendor.example/sdk.js");
  added[0].onerror();
  await assert.rejects(loading, /vendor\.example/);
});

test("a script that loads is there", async (t) => {
  const added = fakePage(t);
  const loading = loadScript("https://vendor.example/sdk.js");
  added[0].onload();
  await loading;
});

test("scripts load in order, each once, until all are there", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [asked, missing] = [[], []];
  const loader = new ScriptLoader(
    (host) => missing.push(host),
    async (address) => {
      asked.push(address);
      if (asked.length === 2) throw new ScriptError("vendor.example");
    },
  );
  const done = loader.run(["a", "b"]);
  await pass(t, 2000);
  assert.equal(await done, true);
  assert.deepEqual(asked, ["a", "b", "b"]);
  assert.deepEqual(missing, ["vendor.example", ""]);
});

test("a loader that is stopped tries no more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let tries = 0;
  const loader = new ScriptLoader(
    () => {},
    async () => {
      tries += 1;
      throw new ScriptError("vendor.example");
    },
  );
  const done = loader.run(["a"]);
  await turn();
  loader.hurry();
  await turn();
  loader.stop();
  assert.equal(await done, false);
  assert.equal(tries, 2);
});

test("a callback answers the request before it", async () => {
  const queue = new CallbackQueue();
  const answer = queue.request(() => {}, ["held", "resumed"]);
  queue.received("ringing");
  queue.received("held");
  assert.equal(await answer, true);
});

test("a request without an answer is over in its time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answer = new CallbackQueue().request(() => {}, ["held"], 3000);
  t.mock.timers.tick(3000);
  assert.equal(await answer, false);
});

test("requests run one after another, also after a failure", async () => {
  const queue = new CallbackQueue();
  const seen = [];
  const failed = queue.inTurn("hold", async () => {
    seen.push(queue.busy);
    throw new Error("no call");
  });
  const second = queue.inTurn("mute", async () => seen.push(queue.busy));
  await assert.rejects(failed, /no call/);
  await second;
  assert.deepEqual([...seen, queue.busy], ["hold", "mute", ""]);
});

test("an error in a callback is reported and not thrown", (t) => {
  t.mock.method(console, "error", () => {});
  const [events, received] = [[], []];
  const frame = { emit: (event) => events.push(event) };
  const handlers = {
    rings: () => {
      throw new Error("a fault");
    },
  };
  const names = ["rings", "ends"];
  const callbacks = vendorCallbacks(frame, names, handlers, (name) => received.push(name));
  for (const name of names) callbacks[name]();
  assert.deepEqual(received, names);
  assert.deepEqual(events, [
    { type: "unknown", raw: { callback: "rings", error: "Error: a fault" } },
  ]);
});

test("a function that is absent or throws is no error", (t) => {
  t.mock.method(console, "warn", () => {});
  globalThis.throwing = () => {
    throw new Error("nothing to do");
  };
  globalThis.adding = (one, other) => one + other;
  t.after(() => ["throwing", "adding"].forEach((name) => delete globalThis[name]));
  assert.equal(pageFunctions.attempt("absent"), false);
  assert.equal(pageFunctions.attempt("throwing"), false);
  assert.equal(pageFunctions.attempt("adding", 1, 2), true);
  assert.equal(pageFunctions.call("adding", 1, 2), 3);
  assert.deepEqual([pageFunctions.has("adding"), pageFunctions.has("absent")], [true, false]);
});
