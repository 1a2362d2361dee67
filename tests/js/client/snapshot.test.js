import assert from "node:assert/strict";
import { test } from "node:test";
import { Snapshot } from "../../../static/js/client/snapshot.js";

const welcome = (seq) => ({ type: "welcome", seq });
const change = (seq) => ({ type: "change", seq });
const seqs = (messages) => messages.map((message) => message.seq);

test("a change that the snapshot already holds is dropped", () => {
  const snapshot = new Snapshot();
  snapshot.take(welcome(10));
  assert.deepEqual(
    [9, 10, 11].flatMap((seq) => seqs(snapshot.take(change(seq)))),
    [11],
  );
});

test("a change that comes twice is applied once", () => {
  const snapshot = new Snapshot();
  snapshot.take(welcome(10));
  assert.deepEqual(
    [11, 11, 12].flatMap((seq) => seqs(snapshot.take(change(seq)))),
    [11, 12],
  );
});

test("changes that overtake their snapshot wait for it", () => {
  const snapshot = new Snapshot();
  assert.deepEqual(
    [9, 11, 12].flatMap((seq) => seqs(snapshot.take(change(seq)))),
    [],
  );
  assert.deepEqual(seqs(snapshot.take(welcome(10))), [10, 11, 12]);
});

test("a new connection begins with its own snapshot", () => {
  const snapshot = new Snapshot();
  snapshot.take(welcome(500));
  snapshot.reset();
  assert.deepEqual(seqs(snapshot.take(change(3))), []);
  assert.deepEqual(seqs(snapshot.take(welcome(2))), [2, 3]);
});
