import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../../static/js/client/socket.js";

test("a message is one JSON object with its name in type", () => {
  assert.equal(encode("lease.released", { epoch: 7 }), '{"type":"lease.released","epoch":7}');
  assert.deepEqual(decode('{"type":"ack","n":1}'), { type: "ack", n: 1 });
});

test("a frame that is no message is refused", () => {
  for (const frame of ["[1]", "null", "1", '{"n":1}'])
    assert.throws(() => decode(frame), TypeError);
  assert.throws(() => decode("{"), SyntaxError);
});
