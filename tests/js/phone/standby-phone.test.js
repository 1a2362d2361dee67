import assert from "node:assert/strict";
import { test } from "node:test";
import { StandbyPhone } from "../../../static/js/phone/standby-phone.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The remote control of Alice's second tab; `answer` is what the server says to each command. */
function remote(answer) {
  const asked = [];
  const phone = new StandbyPhone(
    async (path, body) => {
      asked.push({ path, ...body });
      return { body: null, ...(typeof answer === "function" ? answer(body, phone) : answer) };
    },
    () => ({ client: "c", epoch: 4 }),
  );
  return { phone, asked };
}

test("a command carries its own id, the client and the epoch", async () => {
  const { phone, asked } = remote({ status: 204, ok: true });
  assert.deepEqual(await phone.command("note", { call: "a", text: "gọi lại" }), { ok: true });
  const [{ id, ...rest }] = asked;
  assert.deepEqual(rest, {
    path: "/commands/note",
    call: "a",
    text: "gọi lại",
    client: "c",
    epoch: 4,
  });
  assert.match(id, /^[0-9a-f-]{36}$/);
});

test("what was passed to the owner is answered by the outcome", async () => {
  const { phone, asked } = remote({ status: 202, ok: true });
  const result = phone.command("hangup", { call: "a" });
  await settled();
  phone.finish({ type: "command.result", id: asked[0].id, ok: false, code: "no_call" });
  assert.deepEqual(await result, { ok: false, code: "no_call" });
});

test("the outcome may overtake the answer of the request", async () => {
  const { phone } = remote(({ id }, itself) => {
    itself.finish({ type: "command.result", id, ok: true });
    return { status: 202, ok: true };
  });
  assert.equal((await phone.command("mute", { call: "a" })).ok, true);
});

test("a refusal brings its code and the sentence", async () => {
  const body = { code: "no_owner", sentence: "No open tab holds your phone." };
  const { phone } = remote({ status: 409, ok: false, body });
  assert.deepEqual(await phone.command("dial", { number: "1002" }), { ok: false, ...body });
});

test("a server command is repeated while the lease moves", async () => {
  let epoch = 0;
  const asked = [];
  const phone = new StandbyPhone(
    async (_path, body) => {
      asked.push(body.epoch);
      epoch = Math.min(epoch + 1, 2); // the welcome came meanwhile, then the grant
      return body.epoch === 2
        ? { status: 204, ok: true, body: null }
        : { status: 409, ok: false, body: { code: "stale_epoch" } };
    },
    () => ({ client: "c", epoch }),
  );
  assert.deepEqual(await phone.command("set_availability", { availability: "available" }), {
    ok: true,
  });
  assert.deepEqual(asked, [0, 1, 2]);
});

test("without the server the answer is offline, at once", async () => {
  const { phone } = remote({ status: 0, ok: false });
  assert.equal((await phone.command("dial", { number: "1002" })).code, "offline");
});

test("commands keep their order; notes do not wait", async () => {
  const left = [];
  const answers = [];
  const phone = new StandbyPhone(
    (path, { tones }) =>
      new Promise(
        (resolve) => (
          left.push(tones ?? path),
          answers.push(() => resolve({ status: 202, ok: true, body: null }))
        ),
      ),
    () => ({ client: "c", epoch: 4 }),
  );
  for (const tones of "123") void phone.command("dtmf", { call: "a", tones });
  void phone.command("note", { call: "a", text: "x" });
  await settled();
  assert.deepEqual(left.sort(), ["/commands/note", "1"]);
  for (let n = 0; n < 4; n++) (answers[n]?.(), await settled());
  assert.deepEqual(
    left.filter((what) => what.length === 1),
    ["1", "2", "3"],
  );
});

/** The server's words while it has not heard yet that the microphone works. */
function availableAfter(refusals, microphone) {
  const asked = [];
  const phone = new StandbyPhone(
    async () => {
      asked.push(1);
      return asked.length > refusals
        ? { status: 204, ok: true, body: null }
        : { status: 422, ok: false, body: { code: "microphone_denied" } };
    },
    () => ({ client: "c", epoch: 4 }),
    () => microphone,
  );
  return phone.command("set_availability", { availability: "available" });
}

test("availability waits for the news that the microphone works", async () => {
  assert.deepEqual(await availableAfter(2, "ok"), { ok: true });
});

test("whose microphone is not allowed is refused at once", async () => {
  assert.equal((await availableAfter(1, "denied")).code, "microphone_denied");
});

test("becoming available waits for a phone that starts here", async () => {
  const answers = [
    { status: 422, ok: false, body: { code: "no_owner" } },
    { status: 422, ok: false, body: { code: "connecting" } },
    { status: 204, ok: true, body: null },
  ];
  const asked = [];
  const post = async (path) => (asked.push(path), answers[asked.length - 1]);
  const phone = new StandbyPhone(
    post,
    () => ({ client: "c", epoch: 4 }),
    undefined,
    () => true,
  );
  assert.deepEqual(await phone.command("set_availability", { availability: "available" }), {
    ok: true,
  });
  assert.equal(asked.length, 3);
});

for (const [why, name, coming, code] of [
  ["the phone is in another tab", "set_availability", false, "connecting"],
  ["it was a command for the phone", "dial", true, "no_owner"],
  ["the reason does not pass by itself", "set_availability", true, "no_line"],
]) {
  test(`a refusal is reported at once when ${why}`, async () => {
    const asked = [];
    const post = async (path) => (
      asked.push(path),
      { status: 422, ok: false, body: { code, sentence: "No." } }
    );
    const phone = new StandbyPhone(
      post,
      () => ({ client: "c", epoch: 4 }),
      undefined,
      () => coming,
    );
    assert.deepEqual(await phone.command(name), { ok: false, code, sentence: "No." });
    assert.equal(asked.length, 1);
  });
}
