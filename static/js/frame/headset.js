// The buttons of a headset, where the browser passes them on: hang up, and the microphone. (A
// headset that is taken off often sends "pause", so that one ends no call.)

/**
 * @typedef {object} Buttons
 * @property {(on: boolean) => void} [setMicrophoneActive]
 * @property {(action: any, handler: (() => void) | null) => void} setActionHandler
 */

/**
 * @typedef {object} HeadsetOptions
 * @property {() => string | undefined} call
 * @property {(call: string) => boolean} isMuted
 * @property {(name: string, call: string) => void} command
 */

export class Headset {
  #buttons = /** @type {Buttons | undefined} */ (navigator.mediaSession);
  #with = "";

  /**
   * @param {HeadsetOptions} options
   */
  constructor(options) {
    this.options = options;
  }

  /** A call began, ended, or was muted. */
  changed() {
    const call = this.options.call() ?? "";
    if (Boolean(call) !== Boolean(this.#with)) this.#listen(Boolean(call));
    this.#with = call;
    if (call) this.#buttons?.setMicrophoneActive?.(!this.options.isMuted(call));
  }

  /** Without a call the buttons belong to whatever else plays. @param {boolean} on */
  #listen(on) {
    /** @type {[string, () => void][]} */
    const actions = [
      ["hangup", () => this.#with && this.options.command("hangup", this.#with)],
      [
        "togglemicrophone",
        () =>
          this.#with &&
          this.options.command(this.options.isMuted(this.#with) ? "unmute" : "mute", this.#with),
      ],
    ];
    for (const [action, press] of actions) {
      try {
        this.#buttons?.setActionHandler(action, on ? press : null);
      } catch {
        // this browser does not know that button
      }
    }
  }
}
