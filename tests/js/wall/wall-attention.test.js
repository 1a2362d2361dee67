import "../page-tables.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  sortedByAttention,
  LIMITS,
  limitsOf,
  reasons,
} from "../../../static/js/wall/wall-attention.js";
import { NOW, agent } from "./facts.js";

const onCall = (name, ...calls) => agent(name, "on_call", ...calls);
const names = (agents, now = NOW) => sortedByAttention(agents, now).map(({ name }) => name);

test("a hold needs attention after two minutes, not earlier", () => {
  const held = onCall("a", { state: "held", held: NOW });
  assert.deepEqual(reasons(held, NOW + LIMITS.holdMs), []);
  assert.deepEqual(reasons(held, NOW + LIMITS.holdMs + 1), ["hold"]);
});

test("a ring needs attention after fifteen seconds", () => {
  const ringing = onCall("a", { state: "ringing" });
  assert.deepEqual(reasons(ringing, NOW + LIMITS.ringMs), []);
  assert.deepEqual(reasons(ringing, NOW + LIMITS.ringMs + 1), ["ring"]);
});

test("the third call of a day from one number needs attention", () => {
  assert.deepEqual(reasons(onCall("a", { nth: 2 }), NOW), []);
  assert.deepEqual(reasons(onCall("a", { nth: 3 }), NOW), ["repeat"]);
  assert.deepEqual(reasons(onCall("a", { nth: 3, direction: "outbound" }), NOW), []);
});

test("fair sound is no alarm, poor sound is", () => {
  assert.deepEqual(reasons(onCall("a", { quality: "fair" }), NOW), []);
  assert.deepEqual(reasons(onCall("a", { quality: "poor" }), NOW), ["quality"]);
});

test("a team's own limits go before the usual ones", () => {
  const own = (facts) => ({ ...onCall("a", facts), limits: limitsOf("10 5 9 0") });
  assert.deepEqual(reasons(own({ state: "held", held: NOW }), NOW + 10_001), ["hold"]);
  assert.deepEqual(reasons(own({ state: "ringing" }), NOW + 5001), ["ring"]);
  assert.deepEqual(reasons(own({ nth: 8 }), NOW), []);
  assert.deepEqual(reasons(own({ nth: 9 }), NOW), ["repeat"]);
  assert.deepEqual(reasons(own({ quality: "poor" }), NOW), [], "poor sound is no alarm here");
  assert.equal(limitsOf(undefined), undefined);
});

test("an available agent without a phone needs attention", () => {
  assert.deepEqual(reasons({ ...onCall("a"), unreachable: true }, NOW), ["unreachable"]);
  assert.deepEqual(reasons({ ...onCall("a", {}), unreachable: true }, NOW), []);
});

test("several reasons stand in the order of their urgency", () => {
  const bad = onCall(
    "a",
    { state: "held", held: NOW - 200_000, quality: "poor", nth: 4 },
    { state: "ringing", started: NOW - 20_000 },
  );
  assert.deepEqual(reasons(bad, NOW), ["hold", "ring", "quality", "repeat"]);
});

test("agents are sorted by urgency, then by name", () => {
  const all = [
    onCall("Zoe"),
    onCall("Anh"),
    { ...onCall("no phone"), unreachable: true },
    onCall("third call", { nth: 3 }),
    onCall("bad sound", { quality: "poor" }),
    onCall("long ring", { state: "ringing", started: NOW - 16_000 }),
    onCall("longer ring", { state: "ringing", started: NOW - 17_000 }),
    onCall("long hold", { state: "held", held: NOW - 121_000 }),
    onCall("short hold", { state: "held", held: NOW - 60_000 }),
  ];
  const wanted = [
    "long hold",
    "longer ring",
    "long ring",
    "bad sound",
    "third call",
    "no phone",
    "Anh",
    "short hold",
    "Zoe",
  ];
  assert.deepEqual(names(all), wanted);
  assert.deepEqual(names(all.toReversed()), wanted);
});

test("calm agents are sorted by state, then by name", () => {
  const order = ["on_call", "held", "ringing", "available", "unreachable"];
  order.push("wrap_up", "away", "offline", "a state of tomorrow");
  const all = order.flatMap((status) => [
    agent(`b ${status}`, status),
    agent(`a ${status}`, status),
  ]);
  const wanted = order.flatMap((status) => [`a ${status}`, `b ${status}`]);
  assert.deepEqual(names(all), wanted);
  assert.deepEqual(names(all.toReversed()), wanted);
});

test("an agent in need comes before every calm state, whatever their own", () => {
  const off = { ...agent("Zoe", "offline"), unreachable: true };
  assert.deepEqual(names([onCall("Anh"), off]), ["Zoe", "Anh"]);
});

test("time alone changes the order", () => {
  const all = [onCall("Anh"), onCall("Zoe", { state: "held", held: NOW })];
  assert.deepEqual(names(all, NOW), ["Anh", "Zoe"]);
  assert.deepEqual(names(all, NOW + 121_000), ["Zoe", "Anh"]);
});

test("names are sorted as in Vietnamese, numbers by size", () => {
  assert.deepEqual(
    names(["Đạt", "Dũng", "Em", "Ánh", "Agent 10", "Agent 9"].map((name) => onCall(name))),
    ["Agent 9", "Agent 10", "Ánh", "Dũng", "Đạt", "Em"],
  );
});
