import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { document: { querySelector: () => null, addEventListener: () => {} } });
const { hasActions } = await import("../../../static/js/workspace/notifications.js");
const { press } = await import("../../../static/js/workspace/worker-notices.js");

/** @param {object} more */
function page(more = {}) {
  const scope = { isSecureContext: true, navigator: { serviceWorker: {} }, ...more };
  return { Notification: { maxActions: 2 }, self: scope, top: scope, ...scope };
}

for (const [rule, scope, expected] of /** @type {[string, any, boolean][]} */ ([
  ["a page of its own has actions", page(), true],
  ["a page without a secure origin has none", page({ isSecureContext: false }), false],
  ["an embedded page has none", page({ top: {} }), false],
  ["a browser without workers has none", page({ navigator: {} }), false],
  ["a browser without actions has none", { ...page(), Notification: { maxActions: 0 } }, false],
  ["a browser without notifications has none", { ...page(), Notification: undefined }, false],
]))
  test(rule, () => {
    if (scope.top === scope.self) scope.top = scope.self = scope;
    assert.equal(hasActions(scope), expected);
  });

/** @param {string} state @param {string} action @returns {string[]} */
function pressed(state, action) {
  /** @type {string[]} */
  const buttons = [];
  const card = {
    getAttribute: () => state,
    querySelector: (/** @type {string} */ button) => ({ click: () => buttons.push(button) }),
  };
  Object.assign(globalThis, {
    CSS: { escape: String },
    document: { querySelector: () => (state ? card : null) },
  });
  press("c1", action);
  return buttons;
}

for (const [state, action, buttons] of /** @type {[string, string, string[]][]} */ ([
  ["ringing", "answer", ['[data-command="answer"]']],
  ["ringing", "decline", ['[data-command="reject"]']],
  ["ringing", "", []],
  ["ringing", "constructor", []],
  ["active", "answer", []],
  ["ended", "decline", []],
  ["", "answer", []],
]))
  test(`"${action}" on a call that is "${state}" presses ${buttons.length} buttons`, () =>
    assert.deepEqual(pressed(state, action), buttons));
