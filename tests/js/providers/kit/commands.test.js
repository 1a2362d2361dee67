import assert from "node:assert/strict";
import { test } from "node:test";

import "../../page-tables.js";
import {
  CommandError,
  mustMatch,
  mustSucceed,
  runCommand,
} from "../../../../static/js/providers/kit/run-command.js";
import {
  checkMicrophone,
  openMicrophone,
} from "../../../../static/js/providers/kit/open-microphone.js";

const COMMANDS = {
  register: (phone) => phone.done.push("register"),
  hold: [["talking"], (phone, call, { on }) => phone.done.push(["hold", call.id, on])],
  dial: async () => {
    throw new CommandError("bad_number");
  },
  break: () => {
    throw new TypeError("a fault");
  },
};

const phoneWith = (...calls) => ({
  done: [],
  findCall: (id) => calls.find((call) => call.id === id),
});
const run = (phone, name, args = {}) => runCommand(COMMANDS, phone, name, args);

test("a command is carried out with its call and arguments", async () => {
  const phone = phoneWith({ id: "a", state: "talking" });
  assert.deepEqual(await run(phone, "register"), { ok: true });
  assert.deepEqual(await run(phone, "hold", { call: "a", on: true }), { ok: true });
  assert.deepEqual(phone.done, ["register", ["hold", "a", true]]);
});

test("a refusal is answered with its code", async () => {
  const phone = phoneWith({ id: "a", state: "ringing" });
  const code = async (name, args) => (await run(phone, name, args)).code;
  assert.equal(await code("dial"), "bad_number");
  assert.equal(await code("hold", { call: "b" }), "no_call");
  assert.equal(await code("hold", { call: "a" }), "not_allowed_now");
  assert.deepEqual(phone.done, []);
});

test("a command that the table does not have is unsupported", async () => {
  for (const name of ["consult", "toString", "constructor"])
    assert.deepEqual(await run(phoneWith(), name), { ok: false, code: "unsupported" });
});

test("a fault of our own is no refusal", async () => {
  await assert.rejects(run(phoneWith(), "break"), TypeError);
});

test("checks refuse with their codes", async () => {
  assert.equal(mustMatch(/^\d+$/, "123"), "123");
  assert.throws(() => mustMatch(/^\d+$/, "x"), new CommandError("bad_number"));
  await mustSucceed(Promise.resolve(true));
  await assert.rejects(mustSucceed(Promise.resolve(false)), new CommandError("failed"));
});

/** A microphone whose stream tells whether it was stopped. */
function microphone(state, fenced = false) {
  const track = { stopped: false, stop: () => (track.stopped = true) };
  const open = async () => {
    if (fenced || state !== "ok") throw new Error(state);
    return { getTracks: () => [track] };
  };
  return { state, fenced, track, open, check: async () => state };
}

test("an open microphone is returned when the call is prepared", async () => {
  const working = microphone("ok");
  await openMicrophone(working, async () => "");
  assert.equal(working.track.stopped, false);
});

test("a microphone is closed again when the call is not wanted", async () => {
  const working = microphone("ok");
  const refused = openMicrophone(working, async () => "no_call");
  await assert.rejects(refused, new CommandError("no_call"));
  assert.equal(working.track.stopped, true);
});

test("a missing microphone is refused with its reason", async () => {
  for (const [given, code] of [
    [microphone("denied"), "microphone_denied"],
    [microphone("none"), "no_microphone"],
    [microphone("ok", true), "fenced"],
  ]) {
    await assert.rejects(
      openMicrophone(given, async () => ""),
      new CommandError(code),
    );
    await assert.rejects(checkMicrophone(given), new CommandError(code));
  }
  await checkMicrophone(microphone("ok"));
});
