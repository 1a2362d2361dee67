// Judges the figures of a call: how good it sounds, and which part of the path makes it bad.

import { mosOf } from "./mos.js";

/** @typedef {import("./measure.js").CallStats} CallStats */
/** @typedef {"good" | "fair" | "poor"} Level */
/** @typedef {"none" | "your_network" | "far_side" | "microphone"} QualityCause */

/**
 * @typedef {object} Quality
 * @property {Level} level
 * @property {QualityCause} cause
 * @property {number} mos
 * @property {number} jitter_ms
 * @property {number} loss_pct
 * @property {number | null} rtt_ms null before the first report
 */
/** @typedef {Quality & {codec: string | null, candidate: string | null}} Measured */

const WINDOW = 6; // samples, one a second: older trouble is over
const WARM = 3;
const GOOD_MOS = 4.03; // G.107, annex B: below this some are dissatisfied, below the next many are
const FAIR_MOS = 3.6;
const PACKET_MS = 20;
const SLOW_WAY = 0.3; // seconds to the next station and back
const BAD_LOSS = 0.03;
const BAD_JITTER = 0.05;
const LONG_WAIT = 0.2; // seconds in the jitter buffer
const MUTE_SAMPLES = 8;
const NO_VOICE = 1e-7; // even a quiet room makes more than this in a second

export class CallQuality {
  /** @type {CallStats[]} */
  #window = [];
  /** Every second that was judged. @type {Quality[]} */
  #seconds = [];
  #silentSamples = 0;

  /**
   * One more second of an answered call that nobody holds.
   * @param {CallStats} sample
   * @returns {Measured | null} null : too early to say
   */
  heard(sample) {
    const last = this.#window.at(-1);
    this.#silentSamples =
      isSilent(sample) && last?.source === sample.source ? this.#silentSamples + 1 : 0;
    this.#window.push(sample);
    if (this.#window.length > WINDOW) this.#window.shift();
    if (this.#window.length < WARM) return null;
    const { codec, candidate } = sample;
    const judged = judge(this.#window, sample.track_dead || this.#silentSamples >= MUTE_SAMPLES);
    this.#seconds.push(judged);
    return { ...judged, codec, candidate };
  }

  /** Starts anew after a hold or a new media path: the counts in between mean nothing. */
  restart() {
    this.#window = [];
    this.#silentSamples = 0;
  }

  /** The call as a whole. @returns {Quality | null} */
  summary() {
    const seconds = this.#seconds;
    if (!seconds.length) return null;
    const mos = round(mean(seconds.map((second) => second.mos)), 2);
    const bad = seconds.filter(({ level }) => level !== "good").map(({ cause }) => cause);
    const microphoneDead =
      bad.filter((cause) => cause === "microphone").length > seconds.length / 2;
    const level = microphoneDead ? "poor" : levelOf(mos);
    const trips = seconds.flatMap(({ rtt_ms }) => rtt_ms ?? []);
    return {
      level,
      cause: level === "good" ? "none" : mostFrequent(bad),
      mos,
      jitter_ms: round(mean(seconds.map(({ jitter_ms }) => jitter_ms))),
      loss_pct: round(mean(seconds.map(({ loss_pct }) => loss_pct)), 1),
      rtt_ms: trips.length ? round(mean(trips)) : null,
    };
  }
}

/** @param {CallStats[]} window @param {boolean} microphoneDead @returns {Quality} */
function judge(window, microphoneDead) {
  const [first, now] = [window[0], window[window.length - 1]];
  const loss = lossOf(first, now);
  const waited =
    (now.buffer_delay - first.buffer_delay) / (now.buffer_emitted - first.buffer_emitted) || 0;
  const trip = Math.max(now.round_trip, now.path_round_trip);
  const mos = mosOf({ loss, delay: (trip / 2 + waited) * 1000 + PACKET_MS, codec: now.codec });
  const level = microphoneDead ? "poor" : levelOf(mos);
  return {
    level,
    cause: microphoneDead
      ? "microphone"
      : level === "good"
        ? "none"
        : blame(first, now, { loss, waited }),
    mos,
    jitter_ms: round(now.jitter * 1000),
    loss_pct: round(loss * 100, 1),
    rtt_ms: trip ? round(trip * 1000) : null,
  };
}

/**
 * The path to the next hop is the agent's own network; the path beyond it is the far side's. While
 * the far side reports nothing, the near network is likelier, and the one that can be mended.
 * @param {CallStats} first
 * @param {CallStats} now
 * @param {{loss: number, waited: number}} heard
 * @returns {QualityCause}
 */
function blame(first, now, { loss, waited }) {
  if (now.state !== "connected" || now.path_round_trip > SLOW_WAY) return "your_network";
  const isReported = now.far_reports > first.far_reports;
  if (isReported && (now.far_lost > BAD_LOSS || now.far_jitter > BAD_JITTER)) return "your_network";
  const steady = loss < BAD_LOSS && now.jitter < BAD_JITTER;
  // all came in time, and a busy computer was late to play it
  if (steady && waited > LONG_WAIT) return "your_network";
  const nothing = loss === 1;
  const slowBeyond =
    now.path_round_trip > 0 && now.round_trip > 2 * now.path_round_trip && loss < BAD_LOSS;
  return nothing || isReported || slowBeyond ? "far_side" : "your_network";
}

/** @param {CallStats} first @param {CallStats} now @returns {number} */
function lossOf(first, now) {
  const came = now.inbound_packets - first.inbound_packets;
  const never = Math.max(0, now.inbound_lost - first.inbound_lost);
  const late = Math.max(0, now.inbound_discarded - first.inbound_discarded);
  return came <= 0 ? 1 : Math.min(1, (never + late) / (came + never));
}

/** The microphone is open, and has not made the slightest sound since. @param {CallStats} sample */
function isSilent({ track_enabled, outbound_energy }) {
  return track_enabled && outbound_energy < NO_VOICE;
}

/** @param {number} mos @returns {Level} */
function levelOf(mos) {
  if (mos >= GOOD_MOS) return "good";
  return mos >= FAIR_MOS ? "fair" : "poor";
}

/** @param {QualityCause[]} causes @returns {QualityCause} */
function mostFrequent(causes) {
  /** @type {Map<QualityCause, number>} */
  const counts = new Map();
  for (const cause of causes) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "none";
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {number} value @param {number} [decimals] */
function round(value, decimals = 0) {
  return Number(value.toFixed(decimals));
}
