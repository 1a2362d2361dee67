import assert from "node:assert/strict";
import { test } from "node:test";
import { sortedByAttention, LIMITS, reasons } from "../../../static/js/wall/wall-attention.js";

const NOW = 1_800_000_000_000;
const call = (facts) => ({
  conversation: "c",
  state: "active",
  direction: "inbound",
  connection: "PBX",
  started: NOW,
  held: 0,
  quality: "",
  nth: 1,
  silent: false,
  who: "",
  ...facts,
});
const agent = (name, ...calls) => ({
  id: name,
  name,
  team: "t",
  status: "on_call",
  unreachable: false,
  calls: calls.map(call),
});
const names = (agents, now = NOW) => sortedByAttention(agents, now).map(({ name }) => name);

test("a hold needs somebody after two minutes, and not a moment before", () => {
  const held = agent("a", { state: "held", held: NOW });
  assert.deepEqual(reasons(held, NOW + LIMITS.holdMs), []);
  assert.deepEqual(reasons(held, NOW + LIMITS.holdMs + 1), ["hold"]);
});

test("a ring needs somebody after fifteen seconds", () => {
  const ringing = agent("a", { state: "ringing" });
  assert.deepEqual(reasons(ringing, NOW + LIMITS.ringMs), []);
  assert.deepEqual(reasons(ringing, NOW + LIMITS.ringMs + 1), ["ring"]);
});

test("the third call of a day from one number is one too many, the second is not", () => {
  assert.deepEqual(reasons(agent("a", { nth: 2 }), NOW), []);
  assert.deepEqual(reasons(agent("a", { nth: 3 }), NOW), ["repeat"]);
  assert.deepEqual(reasons(agent("a", { nth: 3, direction: "outbound" }), NOW), []);
});

test("fair sound is no alarm, poor sound is", () => {
  assert.deepEqual(reasons(agent("a", { quality: "fair" }), NOW), []);
  assert.deepEqual(reasons(agent("a", { quality: "poor" }), NOW), ["quality"]);
});

test("an available agent without a phone needs somebody, unless she is on a call", () => {
  assert.deepEqual(reasons({ ...agent("a"), unreachable: true }, NOW), ["unreachable"]);
  assert.deepEqual(reasons({ ...agent("a", {}), unreachable: true }, NOW), []);
});

test("several reasons are told, the most pressing first", () => {
  const bad = agent(
    "a",
    { state: "held", held: NOW - 200_000, quality: "poor", nth: 4 },
    { state: "ringing", started: NOW - 20_000 },
  );
  assert.deepEqual(reasons(bad, NOW), ["hold", "ring", "quality", "repeat"]);
});

test("agents are sorted by urgency, then by name", () => {
  const all = [
    agent("Zoe"),
    agent("Anh"),
    { ...agent("no phone"), unreachable: true },
    agent("third call", { nth: 3 }),
    agent("bad sound", { quality: "poor" }),
    agent("long ring", { state: "ringing", started: NOW - 16_000 }),
    agent("longer ring", { state: "ringing", started: NOW - 17_000 }),
    agent("long hold", { state: "held", held: NOW - 121_000 }),
    agent("short hold", { state: "held", held: NOW - 60_000 }),
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

test("time alone changes the order", () => {
  const all = [agent("Anh"), agent("Zoe", { state: "held", held: NOW })];
  assert.deepEqual(names(all, NOW), ["Anh", "Zoe"]);
  assert.deepEqual(names(all, NOW + 121_000), ["Zoe", "Anh"]);
});

test("Vietnamese names stand in their own order, and numbers by their size", () => {
  assert.deepEqual(
    names(["Đạt", "Dũng", "Em", "Ánh", "Agent 10", "Agent 9"].map((name) => agent(name))),
    ["Agent 9", "Agent 10", "Ánh", "Dũng", "Đạt", "Em"],
  );
});
