// The page that has the agent's voice: VCC gives it to one page per agent at a time.

import { CommandError } from "../kit/run-command.js";
import { vendor } from "./vendor.js";

/** @import { PhoneFrame } from "../../types/provider" */
/** @import { CallbackQueue } from "../kit/callback-queue.js" */
/** @import { VendorSocket } from "../kit/vendor-socket.js" */

const ANSWER_MS = 5000;

export class VoiceOwnership {
  /** The voice is at a page outside Console: a person decides where it belongs. */
  elsewhere = false;
  /**
   * Our lease means that the phone is here. A voice that another page has taken comes back only by
   * a person's click.
   */
  #ours = true;
  #claiming = false;
  /** The last report to the page. */
  #reported = true;

  /** @param {PhoneFrame} frame @param {CallbackQueue} queue @param {VendorSocket} socket */
  constructor(frame, queue, socket) {
    this.frame = frame;
    this.queue = queue;
    this.socket = socket;
  }

  /** @param {boolean} elsewhere where an earlier phone in this tab left it */
  begin(elsewhere) {
    this.elsewhere = elsewhere;
    this.#ours = !elsewhere;
  }

  /** A person wants it here. */
  wish() {
    this.#ours = true;
  }

  get here() {
    return Boolean(vendor.voice.enableVoice);
  }

  mustBeHere() {
    if (!this.socket.up) throw new CommandError("not_registered");
    if (this.elsewhere) throw new CommandError("voice_elsewhere");
  }

  /** A claim is due: a person or our lease wants the voice here, and VCC has not given it yet. */
  get wished() {
    return this.#ours && (this.elsewhere || !this.here);
  }

  /** @returns {Promise<boolean>} whether VCC's server answered */
  async claim() {
    if (this.wished) {
      this.#claiming = true;
      const claim = () => vendor.attempt("csEnableCall");
      const answered = await this.queue.request(claim, ["csShowEnableVoice"], ANSWER_MS);
      this.#claiming = false;
      if (!answered) return false; // it is not known to be elsewhere
    }
    const { here } = this;
    this.#ours = here;
    this.#report(here);
    return true;
  }

  /**
   * VCC's server shows where it is. At a new sign-in the server may still take our own dead socket
   * for another page: that takes nothing.
   * @param {boolean} here
   * @returns {boolean} whether it has moved; otherwise it answers our claim
   */
  shown(here) {
    if (this.#claiming || (!here && !this.socket.up && this.#ours)) return false;
    if (here || !this.elsewhere) this.#ours = here;
    this.#report(here);
    return true;
  }

  /** The phone starts again: its successor claims what a person wished. */
  restart() {
    if (this.#ours) this.elsewhere = false;
  }

  /** @param {boolean} here */
  #report(here) {
    this.elsewhere = !here;
    if (here === this.#reported) return;
    this.#reported = here;
    this.frame.emit({ type: "ownership_changed", owner: here });
  }
}
