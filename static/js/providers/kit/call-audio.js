// The audio of one call. The frame measures, mutes and plays it, independently of the vendor's
// script.

import { audioSenders } from "../../frame/measure.js";

export class CallAudio {
  /** The agent does not hear the call. */
  muted = false;
  /** @type {RTCPeerConnection | null} */
  connection = null;

  /** @param {import("../../types/provider").PhoneFrame} frame @param {string} call */
  constructor(frame, call) {
    this.frame = frame;
    this.call = call;
  }

  /**
   * @param {RTCPeerConnection | null} connection that appears some time after the call does
   * @param {() => boolean} silentAnyway the microphone is silent for another reason than mute
   */
  follow(connection, silentAnyway) {
    if (!connection || connection === this.connection) return;
    this.forget();
    this.connection = connection;
    this.frame.media.follow(this.call, connection, silentAnyway);
    connection.addEventListener("track", () => this.#apply());
    this.#apply();
  }

  forget() {
    if (this.connection) this.frame.media.forget(this.call);
    this.connection = null;
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    this.#apply();
  }

  /** Sends the agent's voice, or silence. @param {boolean} on */
  switchMicrophone(on) {
    if (!this.connection) return;
    for (const { track } of audioSenders(this.connection)) if (track) track.enabled = on;
  }

  #apply() {
    for (const { track } of this.connection?.getReceivers() ?? []) track.enabled = !this.muted;
  }
}
