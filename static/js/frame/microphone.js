// The microphone that every script of this frame gets, a vendor's included: the chosen one, behind
// our fence, with a state for each kind of failure.

import { microphoneProblems } from "../page/page-data.js";

/** @typedef {"ok" | "denied" | "none" | "busy" | "unknown"} MicrophoneState */
/** @typedef {import("./audio-device-match.js").Processing} Processing */

/** @type {Record<string, MicrophoneState>} */
const STATES = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};
const NOT_THERE = new Set(["OverconstrainedError", "NotFoundError"]);

/** The code of a command that cannot have the microphone. @param {MicrophoneState} state */
export const microphoneCode = (state) => microphoneProblems()[state] ?? "failed";

export class Microphone {
  /** @type {MicrophoneState} */
  state = "unknown";
  /** Whether no call may begin now. */
  closed = () => false;
  /** Which one is wanted at the moment. @type {() => {id: string, processing: Processing}} */
  wanted = () => ({ id: "", processing: { echo: true, noise: true, gain: true } });
  /**
   * A track has ended that nobody has stopped: the device was pulled, or the permission taken away.
   */
  onlost = () => {};
  #devices = navigator.mediaDevices;

  get fenced() {
    return this.closed();
  }

  /** @param {() => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    // A page that is not secure has no mediaDevices at all: to the person this is a microphone that
    // the browser does not give.
    if (!this.#devices) this.state = "denied";
  }

  /** Must run before any other script of the frame. */
  install() {
    if (!this.#devices) return;
    this.#open = this.#devices.getUserMedia.bind(this.#devices);
    Object.defineProperty(MediaDevices.prototype, "getUserMedia", { value: this.open.bind(this) });
    for (const old of ["getUserMedia", "webkitGetUserMedia"])
      Object.defineProperty(navigator, old, { value: undefined });
    this.#devices.addEventListener("devicechange", () => this.#pluggedOrPulled());
    this.#watchPermission();
  }

  /** @param {MediaStreamConstraints} [constraints] @returns {Promise<MediaStream>} */
  async open(constraints = { audio: true }) {
    this.#refuseWhenFenced();
    const stream = await this.reopen(constraints);
    if (this.fenced) stopTracks(stream);
    this.#refuseWhenFenced();
    return stream;
  }

  /**
   * Opens it again for a call in progress, which no fence ends.
   * @param {MediaStreamConstraints} [constraints]
   * @returns {Promise<MediaStream>}
   */
  async reopen(constraints = { audio: true }) {
    try {
      const stream = await this.#openWanted(constraints);
      this.#set("ok");
      for (const track of stream.getAudioTracks())
        track.addEventListener("ended", () => this.onlost());
      return stream;
    } catch (error) {
      this.#set(STATES[/** @type {Error} */ (error).name] ?? "busy");
      throw error;
    }
  }

  /**
   * Opens and closes it: the only way to know, and the moment at which the browser asks the person.
   */
  async check() {
    if (!this.fenced) await this.open().then(stopTracks, () => {});
    return this.state;
  }

  /** @type {MediaDevices["getUserMedia"]} */
  #open = () => Promise.reject(new DOMException("no secure context", "NotAllowedError"));

  /**
   * The wanted one; where it has gone since the devices were listed, the system's.
   * @param {MediaStreamConstraints} constraints
   */
  async #openWanted(constraints) {
    if (!constraints.audio) return this.#open(constraints);
    const { id, processing } = this.wanted();
    const audio = {
      ...(typeof constraints.audio === "object" && constraints.audio),
      echoCancellation: processing.echo,
      noiseSuppression: processing.noise,
      autoGainControl: processing.gain,
    };
    delete audio.deviceId; // a vendor's script does not choose for the agent
    if (!id) return this.#open({ ...constraints, audio });
    return this.#open({ ...constraints, audio: { ...audio, deviceId: { exact: id } } }).catch(
      (error) => {
        if (!NOT_THERE.has(error.name)) throw error;
        return this.#open({ ...constraints, audio });
      },
    );
  }

  #refuseWhenFenced() {
    if (this.fenced) throw new DOMException("another client may own this phone", "NotAllowedError");
  }

  /** @param {MicrophoneState} state */
  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.onchange();
  }

  /**
   * A working microphone is left alone: opening it once more can switch a Bluetooth headset during
   * a call.
   */
  async #pluggedOrPulled() {
    const devices = await this.#devices.enumerateDevices();
    const any = devices.some((device) => device.kind === "audioinput");
    if (!any) this.#set("none");
    else if (this.state !== "ok") await this.check();
  }

  /** Reports a loss during a call at once; opening it again would take a moment. */
  async #watchPermission() {
    const name = /** @type {PermissionName} */ ("microphone");
    const permission = await navigator.permissions.query({ name }).catch(() => null);
    permission?.addEventListener("change", () => {
      if (permission.state === "denied") this.#set("denied");
      else void this.check();
    });
  }
}

/** @param {MediaStream | null} stream */
export function stopTracks(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
