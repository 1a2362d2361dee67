// Measures all calls of this frame once a second. The page receives each result; the server
// receives each lasting change, and a summary before the end of a call.

import { CallQuality } from "./call-quality.js";
import { endsOnPhone } from "../page/page-data.js";

/** @typedef {import("./call-quality.js").Level} Level */
/** @typedef {import("./measure.js").CallStats} CallStats */
/** @typedef {import("../types/provider").FrameEvent} FrameEvent */
/**
 * @typedef {object} Heard
 * @property {CallQuality} quality
 * @property {SteadyLevel<Level>} level
 * @property {Set<string>} holders
 * @property {boolean} connected it once had a way for the sound
 */

const SECOND_MS = 1000;
const STEADY_MS = 5000;

export class QualityWatch {
  /** Calls that are answered. @type {Map<string, Heard>} */
  #calls = new Map();
  #timer = 0;

  /**
   * @param {() => Promise<(CallStats & {call: string})[]>} read
   * @param {(event: FrameEvent) => void} report
   */
  constructor(read, report) {
    this.read = read;
    this.report = report;
  }

  /** Takes the provider's event before the page receives it. @param {FrameEvent} event */
  take({ type, call = "", by = "agent" }) {
    if (type === "answered") this.#begin(call);
    const heard = this.#calls.get(call);
    if (!heard) return;
    if (type === "held") heard.holders.add(String(by));
    if (type === "resumed") {
      heard.holders.delete(String(by));
      heard.quality.restart();
    }
    if (endsOnPhone(type)) this.#end(call, heard);
  }

  /** @param {string} call */
  #begin(call) {
    if (this.#calls.has(call)) return;
    this.#calls.set(call, {
      quality: new CallQuality(),
      level: new SteadyLevel("good", STEADY_MS),
      holders: new Set(),
      connected: false,
    });
    this.#timer ||= setInterval(() => void this.#listen(), SECOND_MS);
  }

  /** @param {string} call @param {Heard} heard */
  #end(call, { quality }) {
    const summary = quality.summary();
    this.#calls.delete(call);
    if (summary) this.report({ type: "quality_alert", call, whole: true, ...summary });
    if (this.#calls.size) return;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  async #listen() {
    for (const sample of await this.read()) this.#judge(sample);
  }

  /** @param {CallStats & {call: string}} sample */
  #judge(sample) {
    const { call } = sample;
    const heard = this.#calls.get(call);
    if (!heard) return;
    heard.connected ||= sample.state === "connected";
    if (heard.holders.size || !heard.connected) return;
    const now = heard.quality.heard(sample);
    if (!now) return;
    this.report({ type: "quality", call, ...now });
    if (!heard.level.heard(now.level, performance.now())) return;
    const { codec, candidate, ...change } = now;
    this.report({ type: "quality_alert", call, ...change });
  }
}

/**
 * A level that changes once a new one has lasted, so that one bad second alarms nobody.
 * @template {string} Level
 */
export class SteadyLevel {
  #candidate;
  #since = 0;

  /** @param {Level} level @param {number} patience ms */
  constructor(level, patience) {
    this.level = level;
    this.#candidate = level;
    this.patience = patience;
  }

  /**
   * @param {Level} level as of now
   * @param {number} at ms
   * @returns {boolean} whether the steady level has just become this one
   */
  heard(level, at) {
    if (level !== this.#candidate) [this.#candidate, this.#since] = [level, at];
    if (level === this.level || at - this.#since < this.patience) return false;
    this.level = level;
    return true;
  }
}
