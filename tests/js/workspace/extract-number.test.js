// The number in what people paste.

import assert from "node:assert/strict";
import { test } from "node:test";

import { extractNumber } from "../../../static/js/workspace/extract-number.js";

for (const [pasted, number] of [
  ["0912 345 678", "0912345678"],
  ["tel:+84-912-345-678;ext=5", "+84912345678"],
  ["SĐT: (+84) 912.345.678 – anh An", "+84912345678"],
  ["\u202a+84 912 345 678\u202c", "+84912345678"],
  ["sip:1002@pbx.example.com", "1002"],
  ["*98#", "*98#"],
]) {
  test(`${JSON.stringify(pasted)} is ${number}`, () => assert.equal(extractNumber(pasted), number));
}
