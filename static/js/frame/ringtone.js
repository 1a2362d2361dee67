// The tones of a phone, synthesised, so that no file is missing when the network is.

import { playOnOutput } from "./media.js";

/** @typedef {"ring" | "ringback" | "waiting" | "test"} Tone */
/**
 * @typedef {object} Pattern
 * @property {[hertz: number, from: number, until: number][]} tones seconds within one round
 * @property {number} round seconds
 * @property {number} level 0 to 1
 * @property {"ringer" | "speaker"} output
 */

/** @type {Record<Tone, Pattern>} */
const PATTERNS = {
  ring: {
    tones: [
      [587.33, 0, 0.35],
      [783.99, 0.25, 0.8],
      [587.33, 1.1, 1.45],
      [783.99, 1.35, 1.9],
    ],
    round: 3.5,
    level: 0.12,
    output: "ringer",
  },
  // The ringback tone of Vietnam and most of the world: 425 Hz, one second in five.
  ringback: { tones: [[425, 0, 1]], round: 5, level: 0.06, output: "speaker" },
  // Call waiting: in the agent's ear, and softly enough to go on talking.
  waiting: {
    tones: [
      [425, 0, 0.2],
      [425, 0.4, 0.6],
    ],
    round: 6,
    level: 0.02,
    output: "speaker",
  },
  test: { tones: [[660, 0, 0.3]], round: 60, level: 0.06, output: "speaker" },
};
const SOFT = 0.06; // seconds of fading in and out: without it each tone begins with a click

export class Ringtone {
  #context = new AudioContext();
  #timer = 0;
  /** @type {GainNode | null} */
  #gain = null;
  /** @type {Tone | null} */
  playing = null;
  /** 0 to 1, of the ring alone. */
  volume = 1;
  /** Ids of the devices; "": the system's. */
  outputs = { ringer: "", speaker: "" };
  /** The device on which the context plays now. */
  #output = "";
  #way;

  /** @param {() => void} onchange runs when `audible` changes */
  constructor(onchange) {
    this.#context.addEventListener("statechange", onchange);
    this.#way = new OutputWay(this.#context);
  }

  /** Whether this page may make a sound: browsers want a gesture first. */
  get audible() {
    return this.#context.state === "running";
  }

  /** Harmless to call again and again; the workspace's gesture counts here, by allow="autoplay". */
  wake() {
    if (!this.audible) this.#context.resume().catch(() => {});
  }

  /** @param {Tone | null} name */
  play(name) {
    if (name === this.playing) return;
    this.#silence();
    this.playing = name;
    if (!name) return;
    this.wake();
    const pattern = PATTERNS[name];
    this.#gain = new GainNode(this.#context, { gain: this.#levelOf(pattern) });
    this.#gain.connect(this.#way.input);
    this.#timer = setInterval(() => this.#round(pattern), pattern.round * 1000);
    const gain = this.#gain;
    void this.route().then(() => gain === this.#gain && this.#round(pattern));
  }

  /**
   * The choice of devices or the volume has changed; a tone in progress follows it, and nothing
   * waits on a device that has gone.
   */
  async route() {
    const pattern = this.playing && PATTERNS[this.playing];
    if (pattern && this.#gain) this.#gain.gain.value = this.#levelOf(pattern);
    const stays = Object.values(this.outputs).includes(this.#output) ? this.#output : "";
    const output = pattern ? this.outputs[pattern.output] : stays;
    if (output === this.#output) return;
    this.#output = output;
    await this.#way.to(output);
  }

  #silence() {
    clearInterval(this.#timer);
    this.#gain?.disconnect();
    this.#gain = null;
  }

  /** @param {Pattern} pattern */
  #levelOf({ level, output }) {
    return output === "ringer" ? level * this.volume : level;
  }

  /** @param {Pattern} pattern */
  #round({ tones }) {
    // a suspended context would play all missed rounds at once when it wakes
    if (!this.audible || !this.#gain) return;
    const now = this.#context.currentTime;
    for (const [frequency, from, until] of tones)
      this.#tone(frequency, now + from, now + until, this.#gain);
  }

  /**
   * @param {number} frequency
   * @param {number} from
   * @param {number} until
   * @param {AudioNode} output
   */
  #tone(frequency, from, until, output) {
    const tone = new OscillatorNode(this.#context, { frequency });
    const edge = new GainNode(this.#context, { gain: 0 });
    edge.gain.setValueAtTime(0, from).linearRampToValueAtTime(1, from + SOFT);
    edge.gain.setValueAtTime(1, until - SOFT).linearRampToValueAtTime(0, until);
    tone.connect(edge).connect(output);
    tone.start(from);
    tone.stop(until);
  }
}

/**
 * A context that can choose its output does; where only elements can, one plays the context's
 * sound.
 */
class OutputWay {
  /** @type {AudioNode} */
  input;
  /** @type {HTMLAudioElement | null} */
  #element = null;

  /** @param {AudioContext} context */
  constructor(context) {
    this.context = context;
    this.input = new GainNode(context);
    this.input.connect(context.destination);
  }

  /** @param {string} id */
  async to(id) {
    if ("setSinkId" in this.context) return playOnOutput(this.context, id);
    if (!id && !this.#element) return;
    this.#element ??= this.#throughElement();
    await playOnOutput(this.#element, id);
  }

  #throughElement() {
    const element = document.body.appendChild(document.createElement("audio"));
    const stream = new MediaStreamAudioDestinationNode(this.context);
    this.input.disconnect();
    this.input.connect(stream);
    element.srcObject = stream.stream;
    void element.play().catch(() => {});
    return element;
  }
}
