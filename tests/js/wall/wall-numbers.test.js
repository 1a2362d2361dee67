import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped } from "../../../static/js/wall/wall-groups.js";
import { reorder } from "../../../static/js/wall/reorder.js";
import { STALE_MS, WallAge } from "../../../static/js/wall/wall-age.js";
import { Clocks } from "../clocks.js";
import { counts, passes, readFilter, writeFilter } from "../../../static/js/wall/wall-filter.js";
import { fit, larger, pageOf } from "../../../static/js/wall/wall-fit.js";
import { ringing, totals } from "../../../static/js/wall/wall-totals.js";
import { NOW, agent } from "./facts.js";

test("agents are counted by their state; a call on hold is a call", () => {
  const all = [
    agent("a", "on_call", {}),
    agent("b", "held", { state: "held", held: NOW }),
    agent("c", "available"),
    agent("d", "away"),
    agent("e", "offline"),
    agent("f", "wrap_up"),
  ];
  const {
    on_call,
    available,
    away,
    offline,
    wrap_up,
    ringing: rings,
    attention,
  } = totals(all, NOW);
  assert.deepEqual(
    [on_call, available, away, offline, wrap_up, rings, attention],
    [2, 1, 1, 1, 1, 0, 0],
  );
});

test("a call that rings at three agents rings once", () => {
  const all = ["a", "b", "c"].map((name, n) =>
    agent(name, "ringing", { state: "ringing", started: NOW - n }),
  );
  assert.equal(totals(all, NOW).ringing, 1);
  assert.deepEqual(ringing(all), [
    {
      id: "c",
      started: NOW - 2,
      who: "0912",
      connection: "PBX",
      at: ["a", "b", "c"],
      longMs: 15_000,
    },
  ]);
});

test("the longest ring is the one that began first", () => {
  const all = [
    agent("a", "ringing", { state: "ringing", conversation: "x", started: NOW - 5 }),
    agent("b", "ringing", { state: "ringing", conversation: "y", started: NOW - 9 }),
  ];
  assert.equal(totals(all, NOW).longest, NOW - 9);
  assert.equal(totals([], NOW).longest, 0);
});

test("a filter is kept in the address beside other fields", () => {
  const filter = { team: "t 1", state: "away", provider: "Tổng đài & Co" };
  const search = writeFilter("?locale=vi&state=old", filter);
  assert.deepEqual(readFilter(search), filter);
  assert.equal(new URLSearchParams(search).get("locale"), "vi");
  assert.equal(writeFilter("?team=x", { team: "", state: "", provider: "" }), "");
});

test("team and phone system choose whom to count, the state not", () => {
  const bob = agent("b", "on_call", {});
  assert.equal(counts(bob, { team: "two", state: "", provider: "" }), false);
  assert.equal(counts(bob, { team: "one", state: "away", provider: "PBX" }), true);
  assert.equal(passes(bob, { team: "one", state: "away", provider: "" }, NOW), false);
  assert.equal(passes(bob, { team: "", state: "on_call", provider: "PBX" }, NOW), true);
  assert.equal(passes(bob, { team: "", state: "", provider: "another" }, NOW), false);
  assert.equal(
    passes(
      agent("c", "on_call", { quality: "poor" }),
      { team: "", state: "attention", provider: "" },
      NOW,
    ),
    true,
  );
});

test("data is stale after ten seconds without a message", () => {
  let now = NOW;
  const age = new WallAge(() => [now, now]);
  assert.equal(age.state, "connecting");
  age.linked(true);
  now += STALE_MS;
  assert.equal(age.state, "online");
  now += 1;
  assert.equal(age.state, "stale");
  age.messageReceived();
  assert.equal(age.state, "online");
  age.linked(false);
  assert.equal(age.state, "connecting");
  now += STALE_MS + 1;
  assert.deepEqual([age.state, age.ms], ["stale", STALE_MS + 1]);
});

test("data is stale after a sleep, also when the clock was set back", () => {
  const clocks = new Clocks();
  const age = new WallAge(() => [clocks.wall(), clocks.monotonic()]);
  age.linked(true);
  clocks.sleep(STALE_MS + 1);
  assert.equal(age.state, "stale");
  age.messageReceived();
  clocks.wallMs -= 3_600_000;
  clocks.pass(STALE_MS + 1);
  assert.equal(age.state, "stale");
});

const order = (now, wanted) => {
  const list = [...now];
  const made = reorder(now, wanted);
  for (const [thing, before] of made) {
    list.splice(list.indexOf(thing), 1);
    list.splice(before === null ? list.length : list.indexOf(before), 0, thing);
  }
  return [list, made.length];
};

test("any order is reached", () => {
  for (let round = 0; round < 300; round += 1) {
    const now = Array.from({ length: round % 12 }, (_, i) => i);
    const wanted = now.toSorted(() => Math.random() - 0.5);
    assert.deepEqual(order(now, wanted)[0], wanted);
  }
});

test("a thing that goes to the front or the end is one move", () => {
  const now = Array.from({ length: 500 }, (_, i) => i);
  assert.equal(order(now, [499, ...now.slice(0, 499)])[1], 1);
  assert.equal(order(now, [...now.slice(1), 0])[1], 1);
  assert.equal(order(now, now)[1], 0);
});

test("a TV's tiles fill it and none is cut", () => {
  const room = { width: 1400, height: 860, gap: 16 };
  const least = { width: 420, height: 188 };
  assert.deepEqual(fit(500, room, least), { columns: 3, rows: 4, shown: 12 });
  for (let count = 0; count <= 12; count += 1) {
    const { columns, rows, shown } = fit(count, room, least);
    assert.equal(shown, count);
    assert.ok(columns * rows >= count && columns <= 3 && rows <= 4);
  }
  assert.deepEqual(fit(1, room, least), { columns: 1, rows: 1, shown: 1 });
});

test("a small team is written larger while all of it is seen", () => {
  const room = { width: 1560, height: 860, gap: 12 };
  const tile = { width: 264, height: 142 };
  assert.equal(larger(2, room, tile), 1.5);
  assert.equal(larger(500, room, tile), 1);
  const sizes = [1, 5, 10, 15, 20, 25, 30, 60].map((count) => larger(count, room, tile));
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
});

test("agents who do not fit take turns; half the places keep those who need attention", () => {
  const shown = (turn, attention) => {
    const { isShown } = pageOf(10, attention, 4, turn);
    return [...Array(10).keys()].filter(isShown);
  };
  assert.deepEqual(
    [0, 1, 2, 3].map((turn) => shown(turn, 0)),
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
      [0, 1, 2, 3],
    ],
  );
  assert.deepEqual(shown(1, 1), [0, 4, 5, 6]);
  assert.deepEqual(shown(1, 7), [0, 1, 4, 5], "the others who need attention take turns too");
  assert.equal(pageOf(4, 0, 4, 7).pages, 1);
});

test("groups follow the order of the filters, and keep the order inside", () => {
  const alarmed = agent("z", "held", { state: "held", held: NOW - 999_999 });
  const all = [alarmed, agent("b", "on_call", {}), agent("c", "away"), agent("a", "on_call", {})];
  const keys = (by, order) =>
    [...grouped(all, by, order, NOW)].map(([key, group]) => [key, ...group.map(({ id }) => id)]);
  assert.deepEqual(keys("state", ["attention", "ringing", "on_call", "away"]), [
    ["attention", "z"],
    ["on_call", "b", "a"],
    ["away", "c"],
  ]);
  all[1].team = "two";
  assert.deepEqual(keys("team", ["two"]), [
    ["two", "b"],
    ["one", "z", "c", "a"],
  ]);
  assert.deepEqual(keys("", []), [["", "z", "b", "c", "a"]]);
});
