import assert from "node:assert/strict";
import { test } from "node:test";

import { inFrameOf } from "../../page-tables.js";
import { Transfer } from "../../../../static/js/providers/sip/transfer.js";

inFrameOf("sip");

/** A session whose far side says what the test lets it say. */
class Session {
  _dialog = { id: { call_id: "c", local_tag: "ours", remote_tag: "theirs" } };

  /** @param {unknown} target @param {any} options */
  refer(target, options) {
    this.asked = { target, ...options };
  }

  /** @param {string} word @param {object} [news] */
  says(word, news = {}) {
    this.asked.eventHandlers[word](news);
  }
}

/** @param {import("node:test").TestContext} t @param {Session | null} [replaced] */
function begun(t, replaced = null) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const session = new Session();
  /** @type {unknown[]} */
  const outcomes = [];
  const transfer = new Transfer(
    /** @type {any} */ (session),
    /** @type {any} */ ("sip:1003@pbx"),
    /** @type {any} */ (replaced),
    (outcome) => outcomes.push(outcome),
  );
  return { session, transfer, outcomes };
}

test("a replaced call is named from the far side's view", (t) => {
  const { session } = begun(t, new Session());
  assert.deepEqual(session.asked.replaces, {
    _request: { call_id: "c" },
    _to_tag: "theirs",
    _from_tag: "ours",
  });
});

test("an outcome is reported once", (t) => {
  const { session, transfer, outcomes } = begun(t);
  session.says("requestSucceeded");
  session.says("progress");
  session.says("accepted");
  session.says("failed", { status_line: { status_code: 486, reason_phrase: "Busy Here" } });
  t.mock.timers.tick(300_000);
  assert.deepEqual(outcomes, [null]);
  assert.equal(transfer.pending, false);
});

test("a failure has its cause", (t) => {
  const { session, outcomes } = begun(t);
  session.says("failed", { status_line: { status_code: "486", reason_phrase: "Busy Here" } });
  assert.deepEqual(outcomes, [{ cause: "busy", sip_code: 486, provider_code: "Busy Here" }]);
});

test("a request that never arrived fails without a code", (t) => {
  const { session, outcomes } = begun(t);
  session.says("requestFailed", { response: null, cause: "Connection Error" });
  assert.deepEqual(outcomes, [
    { cause: "failed", sip_code: undefined, provider_code: "Connection Error" },
  ]);
});

test("a far side that agrees and falls silent has failed", (t) => {
  const { session, outcomes } = begun(t);
  session.says("requestSucceeded");
  t.mock.timers.tick(200_000);
  assert.deepEqual(outcomes, [{ cause: "failed", provider_code: "no_outcome" }]);
});

test("a silent far side that hangs up has done it", (t) => {
  const { session, transfer } = begun(t);
  assert.equal(transfer.doneWhenHungUp, false);
  session.says("requestSucceeded");
  assert.equal(transfer.doneWhenHungUp, true);
  session.says("progress");
  assert.equal(transfer.doneWhenHungUp, false);
});

test("after the call no outcome is reported", (t) => {
  const { session, transfer, outcomes } = begun(t);
  transfer.stop();
  session.says("accepted");
  t.mock.timers.tick(300_000);
  assert.deepEqual(outcomes, []);
  assert.equal(transfer.doneWhenHungUp, false);
});
