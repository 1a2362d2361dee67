// The audio of a phone frame, the same for every provider: devices, tones, mute, quality, meters
// and the test call.

import { endsOnPhone } from "../page/page-data.js";
import { AudioDevices } from "./audio-devices.js";
import { CallTones } from "./call-tones.js";
import { Headset } from "./headset.js";
import { Levels } from "./levels.js";
import { CallMedia } from "./media.js";
import { Microphone, microphoneCode } from "./microphone.js";
import { QualityWatch } from "./quality-watch.js";
import { Ringtone } from "./ringtone.js";

/** @typedef {import("../types/provider").FrameEvent} FrameEvent */
/** @typedef {import("../types/provider").Result} Result */
/** @typedef {import("./audio-devices.js").Change} Change */
/**
 * @typedef {object} FrameOptions
 * @property {(event: FrameEvent) => void} report an event that the provider does not know of
 * @property {(message: {type: string, [field: string]: unknown}) => void} post
 * @property {() => void} changed
 * @property {() => string[]} calls
 * @property {(name: string, call: string) => void} command a button of the headset
 */

const RING_SAMPLE_MS = 2500;
const MEND_MS = 2000;

export class FrameAudio {
  #tones = new CallTones();
  /** Answered calls, the latest last. @type {Set<string>} */
  #talks = new Set();
  #testing = false;
  #mending = false;

  /** @param {FrameOptions} options */
  constructor(options) {
    this.options = options;
    this.microphone = new Microphone(() => options.changed());
    this.media = new CallMedia(
      (call, muted) => (
        options.report({ type: muted ? "muted" : "unmuted", call }),
        this.#headset.changed()
      ),
      (call, asked, over) =>
        options.report({ type: "mute_mismatch", call, asked, ...(over && { over }) }),
    );
    this.ringtone = new Ringtone(() => options.changed());
    this.devices = new AudioDevices((change) => this.#moved(change));
    this.quality = new QualityWatch(
      () => this.media.stats(),
      (event) => options.report(event),
    );
    this.levels = new Levels({
      tracks: () => this.media.tracks(),
      open: () => this.microphone.open(),
      report: (levels) => options.post({ type: "levels", ...levels }),
    });
    this.#headset = new Headset({
      call: () => [...this.#talks].at(-1),
      isMuted: (call) => this.media.isMuted(call),
      command: (name, call) => options.command(name, call),
    });
    this.microphone.wanted = () => ({
      id: this.devices.id("microphone"),
      processing: this.devices.choice.processing,
    });
    this.microphone.onlost = () => void this.#mend();
    this.microphone.install();
  }

  /** @type {Headset} */
  #headset;

  /**
   * Takes the provider's event before the page receives it.
   * @param {FrameEvent} event
   * @param {boolean} mayRing
   */
  onProviderEvent(event, mayRing) {
    this.quality.take(event);
    this.#tones.take(event, mayRing);
    this.#play();
    if (event.type === "answered" && event.call) this.#talks.add(event.call);
    if (endsOnPhone(event.type)) this.#talks.delete(event.call ?? "");
    this.#headset.changed();
  }

  /** @param {string} call @param {boolean} on */
  ringback(call, on) {
    this.#tones.ringback(call, on);
    this.#play();
  }

  /** Takes the page's choice of devices. @param {any} said */
  choose(said) {
    this.devices.choose(said);
    this.ringtone.volume = this.devices.choice.ring_volume;
    this.#place();
  }

  /** Asks for the microphone; with its permission the devices have names. */
  async begin() {
    await this.microphone.check();
    await this.devices.refresh();
  }

  /**
   * Notes what a command asks of the track, before its outcome is known.
   * @param {string} name
   * @param {string} call
   */
  beforeCommand(name, call) {
    if (name === "mute" || name === "unmute") this.media.asked(call, name === "mute");
  }

  /**
   * A command that was not tried asks nothing of the track.
   * @param {string} name
   * @param {string} call
   * @param {Result} result
   */
  afterCommand(name, call, { ok, code }) {
    if ((name === "mute" || name === "unmute") && !ok && code !== "failed")
      this.media.unasked(call);
  }

  /** @type {Record<string, () => Promise<Result>>} */
  readings = {
    stats: async () => ({ ok: true, items: await this.media.stats() }),
    microphone: async () => ({ ok: true, items: [await this.microphone.check()] }),
    devices: async () => ({ ok: true, items: await this.devices.refresh() }),
    test_call: () => this.#test(() => this.#talkToOneself()),
    test_ring: () => this.#test(() => this.#ringOnce()),
  };

  /** @param {Change} change */
  #moved({ items, lost, back, moved }) {
    if (moved.includes("microphone")) void this.#reopen();
    this.#place();
    this.options.post({
      type: "devices",
      items,
      ...(lost.length && { lost }),
      ...(back.length && { back }),
    });
  }

  #place() {
    const speaker = this.devices.id("speaker");
    this.ringtone.outputs = { speaker, ringer: this.devices.id("ringer") };
    void this.ringtone.route();
    void this.media.setSpeaker(speaker);
  }

  async #reopen() {
    await this.media.setMicrophone(() => this.microphone.reopen());
    await this.levels.reopen();
  }

  /** A call has lost its microphone: it goes on with another one as soon as there is one. */
  async #mend() {
    if (this.#mending) return;
    this.#mending = true;
    while (this.media.microphoneDead) {
      await this.devices.refresh(); // if another one is meant now, this has put it in
      await this.media.settled;
      if (this.media.microphoneDead) await this.#reopen();
      if (this.media.microphoneDead) await new Promise((resolve) => setTimeout(resolve, MEND_MS));
    }
    this.#mending = false;
  }

  /**
   * Refuses during a call: it would disturb the caller or hide a ring.
   * @param {() => Promise<unknown[]>} test
   * @returns {Promise<Result>}
   */
  async #test(test) {
    if (this.options.calls().length) return { ok: false, code: "not_allowed_now" };
    if (this.#testing) return { ok: false, code: "busy" };
    this.#testing = true;
    try {
      return { ok: true, items: await test() };
    } catch {
      return {
        ok: false,
        code: this.microphone.fenced ? "fenced" : microphoneCode(this.microphone.state),
      };
    } finally {
      this.#testing = false;
      this.#play();
    }
  }

  async #talkToOneself() {
    const { testCall } = await import("./test-call.js"); // most days nobody asks for it
    const peak = await testCall({
      open: () => this.microphone.open(),
      speaker: () => this.devices.id("speaker"),
      tone: (on) => (on ? this.ringtone.play("test") : this.#play()),
      report: (stage) => this.options.post({ type: "test", stage }),
    });
    return [{ peak }];
  }

  async #ringOnce() {
    this.ringtone.play("ring");
    await new Promise((resolve) => setTimeout(resolve, RING_SAMPLE_MS));
    return [];
  }

  #play() {
    const tone = this.#tones.now;
    if (tone || !this.#testing) this.ringtone.play(tone);
    else if (this.ringtone.playing === "test") this.ringtone.play(null);
  }
}
