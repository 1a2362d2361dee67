// Agents and calls as the tests of the wall need them.

export const NOW = 1_800_000_000_000;

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
  who: "0912",
  ...facts,
});

export const agent = (name, status, ...calls) => ({
  id: name,
  name,
  team: "one",
  status,
  unreachable: false,
  calls: calls.map(call),
});
