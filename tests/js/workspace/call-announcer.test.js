// The announcements of a call, and their times.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CallAnnouncer, spelled } from "../../../static/js/workspace/call-announcer.js";
import { pageData } from "../../../static/js/page/page-data.js";

/** The recent calls: none. */
Object.assign(globalThis, {
  CSS: { escape: String },
  document: { getElementById: () => null, querySelector: () => null },
});
pageData().texts = {
  "announce.ringing": "Incoming call from {number}.",
  "announce.missed": "Missed call from {number}.",
  "announce.ended": "The call with {number} has ended.",
  "cause.received.answered_elsewhere": "Somebody else answered this call.",
};

/** @param {string} number @param {string} [name] @returns {any} */
function ringing(number, name = "") {
  const fields = { name: { textContent: name }, number: { textContent: number } };
  return {
    dataset: { call: number, state: "ringing" },
    fields,
    querySelector: (/** @type {string} */ selector) =>
      fields[/** @type {"name" | "number"} */ (/"(\w+)"/.exec(selector)?.[1])],
  };
}

/** @param {import("node:test").TestContext} t */
function listening(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [alert, status] = [{ textContent: "" }, { textContent: "" }];
  return { alert, status, announcer: new CallAnnouncer(alert, status) };
}

test("a ring is announced by its name at once", (t) => {
  const { alert, announcer } = listening(t);
  announcer.show([ringing("0912 345 678", "Trần Văn Bình")]);
  assert.equal(alert.textContent, "Incoming call from Trần Văn Bình.");
});

test("a ring waits 300 ms for a name, then its digits are read", (t) => {
  const { alert, announcer } = listening(t);
  const card = ringing("0912 345 678");
  announcer.show([card]);
  t.mock.timers.tick(299);
  assert.equal(alert.textContent, "");
  t.mock.timers.tick(1);
  assert.equal(alert.textContent, "Incoming call from 0 9 1 2, 3 4 5, 6 7 8.");
});

test("a late name is announced, and the ring only once", (t) => {
  const { alert, announcer } = listening(t);
  const card = ringing("0912345678", "0912345678");
  announcer.show([card]);
  t.mock.timers.tick(100);
  card.fields.name.textContent = "Bob";
  announcer.show([card]);
  assert.equal(alert.textContent, "Incoming call from Bob.");
  alert.textContent = "";
  t.mock.timers.tick(1000);
  announcer.show([card]);
  assert.equal(alert.textContent, "");
});

test("a ring answered before its name is known is not announced", (t) => {
  const { alert, announcer } = listening(t);
  const card = ringing("1002");
  announcer.show([card]);
  card.dataset.state = "active";
  announcer.show([card]);
  t.mock.timers.tick(1000);
  assert.equal(alert.textContent, "");
});

test("a missed call is called missed, whether its card stays or goes", (t) => {
  const { alert, status, announcer } = listening(t);
  const [stays, goes] = [ringing("1002", "Bob"), ringing("1003", "Carol")];
  announcer.show([stays, goes]);
  announcer.show([stays]);
  assert.equal(status.textContent, "Missed call from Carol.");
  stays.dataset = { ...stays.dataset, state: "ended", localCause: "missed" };
  announcer.show([stays]);
  assert.equal(status.textContent, "Missed call from Bob.");
  assert.equal(alert.textContent, "");
});

test("a call that was answered elsewhere is not missed", (t) => {
  const { status, announcer } = listening(t);
  const card = ringing("1002", "Bob");
  announcer.show([card]);
  card.dataset.localCause = "answered_elsewhere";
  announcer.show([]);
  assert.equal(status.textContent, "Somebody else answered this call.");
});

test("a call that was answered is over, and not missed", (t) => {
  const { status, announcer } = listening(t);
  const card = ringing("1002", "Bob");
  announcer.show([card]);
  for (const state of ["active", "ended"]) {
    card.dataset.state = state;
    announcer.show([card]);
  }
  assert.equal(status.textContent, "The call with Bob has ended.");
});

test("only digits are spelled", () => {
  assert.equal(spelled("+84 912"), "+ 8 4, 9 1 2");
  assert.equal(spelled("(028) 3822"), "0 2 8, 3 8 2 2");
  assert.equal(spelled("Unknown number"), "Unknown number");
});
