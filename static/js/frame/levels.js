// The levels of the agent and of the far side, ten times a second, while the meters are shown.

import { stopTracks } from "./microphone.js";

const EVERY_MS = 100;
const QUIET_DB = -60; // the meter's zero

/**
 * @typedef {object} LevelOptions
 * @property {() => (MediaStreamTrack | undefined)[]} tracks sent and heard, during a call
 * @property {() => Promise<MediaStream>} open
 * @property {(levels: {in: number, out: number}) => void} report
 */

export class Levels {
  #on = false;
  #timer = 0;
  /** @type {AudioContext | null} */
  #context = null;
  /** The microphone, opened for the meter because no call has it. @type {MediaStream | null} */
  #own = null;
  #meters = { in: new Meter(), out: new Meter() };

  /** @param {LevelOptions} options */
  constructor(options) {
    this.options = options;
  }

  /** @param {boolean} on */
  show(on) {
    if (on === this.#on) return;
    this.#on = on;
    if (!on) return this.#stop();
    this.#context = new AudioContext();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    void this.reopen();
  }

  /** Another microphone is meant now. */
  async reopen() {
    stopTracks(this.#own);
    this.#own = null;
    if (!this.#on || this.options.tracks()[0]) return;
    const stream = await this.options.open().catch(() => null);
    if (this.#on && !this.#own) this.#own = stream;
    else stopTracks(stream);
  }

  #look() {
    const context = this.#context;
    if (!context) return;
    if (context.state !== "running") context.resume().catch(() => {});
    const [sent, heard] = this.options.tracks();
    if (sent && this.#own) void this.reopen(); // a call has begun: one microphone is enough
    if (this.#own?.getAudioTracks()[0]?.readyState === "ended") this.#own = null; // pulled
    if (!sent && this.#own === null) void this.#reopenOnce();
    this.options.report({
      in: this.#meters.in.read(context, sent ?? this.#own?.getAudioTracks()[0]),
      out: this.#meters.out.read(context, heard),
    });
  }

  #reopening = false;

  /**
   * The call that had the microphone is over. A microphone that cannot be had is asked for again
   * once a second.
   */
  async #reopenOnce() {
    if (this.#reopening) return;
    this.#reopening = true;
    await this.reopen();
    setTimeout(() => (this.#reopening = false), this.#own ? 0 : 1000);
  }

  #stop() {
    clearInterval(this.#timer);
    stopTracks(this.#own);
    this.#own = null;
    this.#meters.in.drop();
    this.#meters.out.drop();
    void this.#context?.close();
    this.#context = null;
  }
}

export class Meter {
  /** @type {MediaStreamTrack | undefined} */
  #track;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {AnalyserNode | null} */
  #analyser = null;

  /**
   * @param {AudioContext} context
   * @param {MediaStreamTrack | undefined} track
   * @returns {number} 0 to 1, as an ear counts
   */
  read(context, track) {
    if (track !== this.#track) this.#listenTo(context, track);
    if (!this.#analyser || track?.readyState !== "live") return 0;
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    return loudness(samples);
  }

  drop() {
    this.#source?.disconnect();
    this.#source = this.#analyser = null;
    this.#track = undefined;
  }

  /** @param {AudioContext} context @param {MediaStreamTrack | undefined} track */
  #listenTo(context, track) {
    this.drop();
    this.#track = track;
    if (!track) return;
    // 85 ms: about what passes between two looks
    this.#analyser = new AnalyserNode(context, { fftSize: 4096 });
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
  }
}

/** @param {Float32Array} samples @returns {number} */
export function loudness(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibel = 10 * Math.log10(power || Number.MIN_VALUE);
  return Math.round(Math.min(1, Math.max(0, 1 - decibel / QUIET_DB)) * 1000) / 1000;
}
