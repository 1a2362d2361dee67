// The sound of a call in the browser. VCC's scripts open the connection and play it into an element
// of their own; Console measures, mutes and plays it itself, as it does for every phone system.

import { vendor } from "./vendor.js";

/** @typedef {import("./call.js").VccCall} VccCall */
/** @typedef {import("../../types/provider").Surroundings} Surroundings */

export class Sound {
  /** @param {Surroundings} frame */
  constructor(frame) {
    this.frame = frame;
  }

  /** The connection appears some time after the call does. @param {VccCall} call */
  attach(call) {
    const { connection } = vendor;
    if (!connection || connection === call.connection) return;
    if (call.connection) this.frame.media.forget(call.id);
    call.connection = connection;
    this.frame.media.follow(call.id, connection, () => call.held && !call.muted);
    connection.addEventListener("track", () => this.#deafen(call));
    this.#deafen(call);
  }

  /** @param {VccCall} call */
  detach(call) {
    if (call.connection) this.frame.media.forget(call.id);
    call.connection = null;
  }

  /** @param {VccCall} call @param {boolean} deaf */
  deafen(call, deaf) {
    call.deaf = deaf;
    this.#deafen(call);
  }

  /**
   * The microphone of this call, whatever VCC believes of it.
   * @param {VccCall} call
   * @param {boolean} muted
   */
  silence(call, muted) {
    call.muted = muted;
    const { session } = vendor;
    if (muted) session?.mute?.({ audio: true });
    else session?.unmute?.({ audio: true });
    if (call.held && !muted) return; // the hold keeps the track off, and gives it back itself
    for (const { track } of call.connection?.getSenders?.() ?? [])
      if (track?.kind === "audio") track.enabled = !muted;
  }

  /** @param {VccCall} call */
  #deafen(call) {
    for (const { track } of call.connection?.getReceivers?.() ?? []) track.enabled = !call.deaf;
  }
}
