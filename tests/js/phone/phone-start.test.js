// The page's problems when the server gives no session, and the repeated starts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_PHONE } from "../../../static/js/phone/phone.js";
import { PhoneStart, problemOf } from "../../../static/js/phone/phone-start.js";
import { StartFailed } from "../../../static/js/phone/phone-host.js";

const GIVEN = { status: 200, ok: true, body: { provider: "sip" } };
const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await null;
};

function begin(answers, { open = async () => {}, mayBegin = () => true } = {}) {
  const told = {
    now: 1,
    problems: [],
    pauses: [],
    waiting: [],
    stale: 0,
    asked: 0,
    checks: 0,
    stops: 0,
    abort: new AbortController(),
  };
  const page = {
    post: async () => ((told.asked += 1), answers.length > 1 ? answers.shift() : answers[0]),
    client: () => "c",
    clock: { heard: () => {} },
    checkFence: () => (told.checks += 1),
    mayBegin,
    onstale: () => (told.stale += 1),
    pause: (ms) => new Promise((resolve) => (told.pauses.push(ms), told.waiting.push(resolve))),
  };
  told.host = {
    start: open,
    stop: async () => (told.stops += 1),
    status: { registered: true, calls: [] },
  };
  const options = {
    hosts: new Map(),
    epoch: () => 1,
    makeHost: () => told.host,
    opened: () => {},
    onproblem: () => told.problems.push(told.start.problem?.kind),
  };
  told.start = new PhoneStart(
    { connection: "1" },
    page,
    options,
    told.abort.signal,
    () => told.now,
  );
  told.goOn = async () => (told.waiting.shift()?.(), turns());
  void told.start.run();
  return told;
}

test("each refusal of the server has a sentence that is true of it", () => {
  const kinds = (status, body) => {
    const { kind, lasting = false } = problemOf({ status, ok: false, body });
    return [kind, lasting];
  };
  assert.deepEqual(kinds(0, null), ["offline", false]);
  for (const status of [408, 425, 429, 500, 502, 503, 504])
    assert.deepEqual(kinds(status, null), ["server", false]);
  assert.deepEqual(kinds(502, { code: "login_500", sentence: "VCC." }), ["refused", false]);
  assert.deepEqual(kinds(422, { code: "login_404", sentence: "VCC." }), ["refused", true]);
  assert.deepEqual(kinds(400, { code: "bad_settings", sentence: "no domain" }), ["settings", true]);
  assert.deepEqual(kinds(404, { code: "not_found", sentence: "x" }), ["no_line", true]);
  assert.deepEqual(kinds(403, null), ["server", true]);
});

test("whatever the server answers, it is asked again", async () => {
  for (const status of [0, 400, 401, 403, 404, 422, 429, 500, 502]) {
    const told = begin([{ status, ok: false, body: null }, GIVEN]);
    await turns();
    await told.goOn();
    assert.deepEqual([told.asked, told.problems.at(-1)], [2, undefined], String(status));
  }
});

test("a stale epoch is not asked again", async () => {
  const told = begin([{ status: 409, ok: false, body: null }]);
  await turns();
  assert.deepEqual([told.asked, told.stale, told.pauses], [1, 1, []]);
});

test("waits grow with failures and end on demand", async () => {
  const told = begin([{ status: 422, ok: false, body: { code: "no", sentence: "No." } }]);
  for (let tries = 0; tries < 8; tries++) {
    await turns();
    told.start.hurry();
  }
  await turns();
  assert.equal(told.asked, 9);
  assert.ok(told.pauses[0] >= 1500 && told.pauses.at(-1) >= 30_000, String(told.pauses));
});

test("a failed step is reported until the phone runs", async () => {
  let opened = 0;
  const told = begin([GIVEN], {
    open: async () => {
      if ((opened += 1) < 3) throw new StartFailed({ kind: "module" });
    },
  });
  await turns();
  await told.goOn();
  await told.goOn();
  assert.deepEqual(told.problems, ["module", "module", undefined]);
});

test("a phone starts without a voice that was left elsewhere", async () => {
  const sessions = [];
  let isBroken = true;
  const open = async (session) => {
    sessions.push(session.elsewhere);
    if (isBroken && sessions.length === 2) throw new StartFailed({ kind: "page" });
  };
  const told = begin([GIVEN], { open });
  await turns();
  void told.start.died({ ...NO_PHONE, elsewhere: true });
  await told.goOn();
  isBroken = false;
  await told.goOn();
  void told.start.died(NO_PHONE);
  await turns();
  await told.goOn();
  assert.deepEqual(sessions, [undefined, true, true, undefined]);
});

test("a stopped phone is not tried again", async () => {
  const told = begin([{ status: 0, ok: false, body: null }]);
  await turns();
  told.abort.abort();
  await told.goOn();
  assert.equal(told.asked, 1);
});

test("no session is asked for while the fence is closed", async () => {
  let open = false;
  const told = begin([GIVEN], { mayBegin: () => open });
  await turns();
  assert.deepEqual([told.asked, told.checks], [0, 1]);
  open = true;
  await told.goOn();
  assert.deepEqual([told.asked, told.checks], [1, 2], "the fence is checked before each question");
});

test("a dead phone restarts after growing waits", async () => {
  const told = begin([GIVEN]);
  await turns();
  for (const longest of [500, 1000, 2000]) {
    void told.start.died(NO_PHONE);
    await turns();
    assert.ok(told.pauses.at(-1) <= longest && told.pauses.at(-1) >= longest / 2);
    await told.goOn();
  }
  told.start.worked();
  void told.start.died(NO_PHONE);
  await turns();
  assert.ok(told.pauses.at(-1) >= 2000, "it works and dies, again and again");
  await told.goOn();
  told.start.worked();
  told.now += 11_000;
  void told.start.died(NO_PHONE);
  await turns();
  assert.ok(told.pauses.at(-1) <= 500);
});

test("another try starts a new phone, but not during a call", async () => {
  const told = begin([GIVEN]);
  await turns();
  await told.start.tryAgain();
  assert.deepEqual([told.stops, told.asked], [0, 1], "it works");
  told.host.status = { registered: false, calls: ["1"], failure: {} };
  await told.start.tryAgain();
  assert.deepEqual([told.stops, told.asked], [0, 1], "a call goes on");
  told.host.status = { registered: false, calls: [], failure: {} };
  await told.start.tryAgain();
  await turns();
  assert.deepEqual([told.stops, told.asked], [1, 2]);
});
