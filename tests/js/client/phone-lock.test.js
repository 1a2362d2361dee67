import assert from "node:assert/strict";
import { test } from "node:test";
import { PhoneLockWatch, takePhoneLock } from "../../../static/js/client/phone-lock.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * The lock of one browser: one holder, the others wait; patience runs out when the test says so.
 */
class Locks {
  holder = null;
  waiting = [];
  request = (_name, { steal = false, patienceMs, signal, onlost = () => {} } = {}) =>
    new Promise((resolve) => {
      const one = { resolve, onlost, patienceMs };
      signal?.addEventListener("abort", () => this.#giveUp(one));
      if (steal) {
        this.holder?.onlost();
        this.holder = null;
      }
      if (this.holder) this.waiting.push(one);
      else this.#give(one);
    });

  #give(one) {
    this.holder = one;
    one.resolve(() => this.free(one));
  }

  free(one = this.holder) {
    if (this.holder !== one) return;
    this.holder = null;
    const next = this.waiting.shift();
    if (next) this.#give(next);
  }

  #giveUp(one) {
    if (!this.waiting.includes(one)) return;
    this.waiting = this.waiting.filter((other) => other !== one);
    one.resolve(null);
  }

  patienceIsOver() {
    for (const one of this.waiting.filter(({ patienceMs }) => patienceMs !== undefined))
      this.#giveUp(one);
  }
}

test("a lock that another tab does not give back is taken from it", async () => {
  const locks = new Locks();
  let lost = 0;
  await locks.request("", { onlost: () => (lost += 1) });
  const taking = takePhoneLock(
    { steal: false, signal: new AbortController().signal, onlost: () => {} },
    locks.request,
  );
  await settled();
  assert.equal(lost, 0);
  locks.patienceIsOver();
  assert.equal(typeof (await taking), "function");
  assert.equal(lost, 1);
});

test("a tab whose lease has gone meanwhile takes nothing", async () => {
  const locks = new Locks();
  let lost = 0;
  await locks.request("", { onlost: () => (lost += 1) });
  const run = new AbortController();
  const taking = takePhoneLock(
    { steal: false, signal: run.signal, onlost: () => {} },
    locks.request,
  );
  run.abort();
  assert.equal(await taking, null);
  assert.equal(lost, 0);
});

function watching(locks) {
  let found = 0;
  let again = () => {};
  const watch = new PhoneLockWatch({
    onfree: () => (found += 1),
    pause: () => new Promise((resolve) => (again = resolve)),
    lock: locks.request,
  });
  return { watch, again: () => again(), found: () => found };
}

test("a free lock is noticed, released at once and checked again", async () => {
  const locks = new Locks();
  await locks.request("");
  const { watch, again, found } = watching(locks);
  watch.watch(true);
  await settled();
  assert.equal(found(), 0);
  locks.free();
  await settled();
  assert.equal(found(), 1);
  assert.equal(locks.holder, null);
  again();
  await settled();
  assert.equal(found(), 2);
});

test("a page without a holder in its browser stops looking", async () => {
  const locks = new Locks();
  await locks.request("");
  const { watch, found } = watching(locks);
  watch.watch(true);
  await settled();
  watch.watch(false);
  locks.free();
  await settled();
  assert.equal(found(), 0);
  assert.equal(locks.waiting.length, 0);
});
