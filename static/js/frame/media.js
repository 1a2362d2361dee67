// The audio of calls: played by an element of the frame on the chosen speaker, sent from the chosen
// microphone, and measured on the peer connection. A mute counts once the sent track is measured as
// silent, not when a button is pressed.

import { audioSenders, measure } from "./measure.js";
import { MuteWatch } from "./mute-watch.js";

const SAMPLE_MS = 250;
const SETTLE_MS = 100;
const APART_MS = 90; // browsers answer a question that follows closer with the same figures again
const SETTLE_TRIES = 20;
// a disabled track is not perfectly still in Chromium's figures; a whisper makes a hundred times as
// much
const SILENCE = 1e-6;

/** @typedef {import("./measure.js").CallStats} CallStats */
/**
 * @typedef {object} Followed
 * @property {RTCPeerConnection} connection
 * @property {HTMLAudioElement} audio
 * @property {() => boolean} silentAnyway the track is silenced for another reason than mute (hold)
 * @property {number} energy of everything sent so far, as of the last sample
 * @property {number} at ms, when that was
 * @property {boolean} muted
 * @property {MediaStreamTrack[]} ours tracks that Console put in: the provider does not stop them
 */

export class CallMedia {
  /** @type {Map<string, Followed>} */
  #calls = new Map();
  #timer = 0;
  #speaker = "";
  #mutes;
  /** One exchange of tracks after the other. */
  #changing = Promise.resolve();

  /**
   * @param {(call: string, muted: boolean) => void} onmute
   * @param {(call: string, asked: boolean, over: boolean) => void} onmismatch
   */
  constructor(onmute, onmismatch) {
    this.onmute = onmute;
    this.#mutes = new MuteWatch(onmismatch);
  }

  /**
   * @param {string} call
   * @param {RTCPeerConnection} connection
   * @param {() => boolean} [silentAnyway]
   */
  follow(call, connection, silentAnyway = () => false) {
    const audio = document.body.appendChild(document.createElement("audio"));
    audio.autoplay = true;
    void playOnOutput(audio, this.#speaker);
    // A vendor's script may have opened it already.
    const there = connection
      .getReceivers()
      .filter(({ track }) => track.kind === "audio" && track.readyState === "live");
    if (there.length) audio.srcObject = new MediaStream(there.map(({ track }) => track));
    connection.addEventListener("track", ({ streams, track }) => {
      audio.srcObject = streams[0] ?? new MediaStream([track]);
    });
    this.#calls.set(call, {
      connection,
      audio,
      silentAnyway,
      energy: 0,
      at: 0,
      muted: false,
      ours: [],
    });
    this.#timer ||= setInterval(() => this.#sampleAll(), SAMPLE_MS);
  }

  /** @param {string} call */
  forget(call) {
    const followed = this.#calls.get(call);
    if (!followed) return;
    followed.audio.srcObject = null;
    followed.audio.remove();
    for (const track of followed.ours) track.stop();
    this.#calls.delete(call);
    this.#mutes.forget(call);
    if (this.#calls.size) return;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  get size() {
    return this.#calls.size;
  }

  /**
   * Waits until the track shows it.
   * @param {string} call
   * @param {boolean} muted
   * @returns {Promise<boolean>} whether it did
   */
  async settles(call, muted) {
    for (let tries = 0; tries < SETTLE_TRIES && this.#calls.has(call); tries++) {
      await this.#sample(call);
      if (this.#calls.get(call)?.muted === muted) return true;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    return false;
  }

  /**
   * Records the mute state that the agent wants in this call.
   * @param {string} call
   * @param {boolean} muted
   */
  asked(call, muted) {
    this.#mutes.asked(call, muted, performance.now());
  }

  /** @param {string} call */
  unasked(call) {
    this.#mutes.forget(call);
  }

  /** @param {string} call */
  isMuted(call) {
    return this.#calls.get(call)?.muted ?? false;
  }

  /** @param {string} id of a speaker; "": the system's */
  async setSpeaker(id) {
    this.#speaker = id;
    await Promise.all([...this.#calls.values()].map(({ audio }) => playOnOutput(audio, id)));
  }

  /**
   * All calls go on with another microphone, each with a track of its own: mute
   * belongs to a call.
   * @param {() => Promise<MediaStream>} open
   */
  setMicrophone(open) {
    const change = async () => {
      if (!this.#calls.size) return;
      const [fresh] = (await open()).getAudioTracks();
      const places = [...this.#calls.values()].flatMap((call) =>
        audioSenders(call.connection).map((sender) => ({ call, sender })),
      );
      for (const { call, sender } of places) await replace(call, sender, fresh.clone());
      fresh.stop();
    };
    // the microphone's state gives the reason
    this.#changing = this.#changing.then(change).catch(() => {});
    return this.#changing;
  }

  /** When the last exchange of tracks is over. */
  get settled() {
    return this.#changing;
  }

  /** Whether a call has lost its microphone. */
  get microphoneDead() {
    return [...this.#calls.values()].some(({ connection }) =>
      audioSenders(connection).some(({ track }) => track?.readyState === "ended"),
    );
  }

  /**
   * The tracks of the call that was begun last: sent and received.
   * @returns {(MediaStreamTrack | undefined)[]}
   */
  tracks() {
    const call = [...this.#calls.values()].findLast(({ silentAnyway }) => !silentAnyway());
    if (!call) return [];
    const heard = /** @type {MediaStream | null} */ (call.audio.srcObject);
    return [audioSenders(call.connection)[0]?.track ?? undefined, heard?.getAudioTracks()[0]];
  }

  /** @returns {Promise<(CallStats & {call: string})[]>} */
  stats() {
    return Promise.all(
      [...this.#calls].map(async ([call, { connection }]) => ({
        call,
        ...(await measure(connection)),
      })),
    );
  }

  async #sampleAll() {
    for (const call of [...this.#calls.keys()]) await this.#sample(call);
  }

  /**
   * Muted is what sends nothing because its track is off: a quiet person is not muted.
   * @param {string} call
   */
  async #sample(call) {
    const followed = this.#calls.get(call);
    if (!followed) return;
    const { outbound_energy: energy, track_enabled: enabled } = await measure(followed.connection);
    const now = performance.now();
    if (!this.#calls.has(call) || now - followed.at < APART_MS) return;
    followed.at = now;
    const silent = !enabled && energy - followed.energy < SILENCE;
    const held = followed.silentAnyway();
    const muted = enabled ? false : silent ? !held : followed.muted;
    followed.energy = energy;
    this.#mutes.heard(call, held ? null : muted, now);
    if (muted === followed.muted) return;
    followed.muted = muted;
    this.onmute(call, muted);
  }
}

/** @param {Followed} call @param {RTCRtpSender} sender @param {MediaStreamTrack} track */
async function replace(call, sender, track) {
  const before = sender.track;
  const enabled = before?.enabled ?? true;
  track.enabled = enabled;
  call.ours.push(track);
  await sender.replaceTrack(track).catch(() => track.stop()); // the call ended meanwhile
  // muted or held in the same moment
  if (before && before.enabled !== enabled) track.enabled = before.enabled;
  before?.stop();
  call.ours = call.ours.filter((ours) => ours !== before);
}

/**
 * An audio element or an audio context.
 * @typedef {{setSinkId?: (id: string) => Promise<void>}} AudioOutput
 */

/**
 * Plays a sound on the given device. The system default replaces a device that has gone, and serves
 * browsers that cannot choose.
 * @param {object} output @param {string} id "" for the system default @returns {Promise<void>}
 */
export async function playOnOutput(output, id) {
  const audioOutput = /** @type {AudioOutput} */ (output);
  if (!audioOutput.setSinkId) return;
  await audioOutput.setSinkId(id).catch(() => audioOutput.setSinkId?.("").catch(() => {}));
}
