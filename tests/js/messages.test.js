import assert from "node:assert/strict";
import { test } from "node:test";
import { FROM_BROWSER, FROM_SERVER, decode, encode } from "../../static/js/client/messages.js";

test("a message is one JSON object with its name in type", () => {
  assert.equal(encode("lease.released", { epoch: 7 }), '{"type":"lease.released","epoch":7}');
});

test("what may be left out may be left out, what must not must not", () => {
  assert.equal(encode("lease.claim", {}), '{"type":"lease.claim"}');
  assert.throws(() => encode("hello", { client: "c", view: "wall" }), /hello without locale/);
});

test("fields and messages that the list does not have are not sent", () => {
  assert.throws(() => encode("lease.claim", { epoch: 1 }), /no field epoch/);
  assert.throws(() => encode("shout", {}), /no such message/);
});

test("every message of the server is read with the fields it must have", () => {
  for (const [type, names] of Object.entries(FROM_SERVER)) {
    const fields = Object.fromEntries(
      names.filter((name) => !name.endsWith("?")).map((name) => [name, 1]),
    );
    assert.deepEqual(decode(JSON.stringify({ type, ...fields })), { type, ...fields });
  }
  assert.throws(() => decode('{"type":"ack"}'), /ack without n/);
});

test("null is a value, a missing field is a mistake", () => {
  assert.equal(decode('{"type":"welcome","seq":1,"lease":null,"n":0,"html":""}')?.lease, null);
});

test("an unknown message is ignored, noise is refused", () => {
  assert.equal(decode('{"type":"news","of":"tomorrow"}'), null);
  assert.throws(() => decode("[1]"), TypeError);
  assert.throws(() => decode("null"), TypeError);
  assert.throws(() => decode("{"), SyntaxError);
});

test("both sides send only command.result in common", () => {
  const both = Object.keys(FROM_BROWSER).filter((type) => type in FROM_SERVER);
  assert.deepEqual(both, ["command.result"]);
});
