// Transfers between colleagues: a call that one offers to this agent, and this agent's own call on
// its way to one.

import { Timer } from "../kit/wait.js";
import { vendor } from "./vendor.js";

/** @import { VccCall } from "./call.js" */

// VCC must confirm the transfer within this time, once the colleague has accepted.
const AGREED_MS = 60_000;
const OFFER_MS = 10_000; // after which VCC refuses an offered call by itself
const FAILED = "TRANSFER_CALL_FAILED";

export class Transfers {
  #deadline = new Timer();
  /** The call that is, or was, on its way. @type {VccCall | null} */
  #call = null;
  /** An offer is being reported: some builds report its answer, too, as refused. */
  #asking = false;

  /** @param {import("./calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
  }

  /** @type {import("./callbacks.js").Handlers} */
  handlers = {
    csNewCallTransferRequest: (request) => this.#offered(request ?? {}),
    csTransferCallSuccess: () => this.#succeeded(),
    csTransferCallError: (error) => this.#failed(String(error || FAILED)),
    csTransferCallResponse: (word) => this.#answered(word),
  };

  /**
   * VCC names the offered call's id, and its number only when it rings.
   * @param {{callId?: unknown}} request
   */
  #offered({ callId }) {
    this.#asking = true;
    setTimeout(() => (this.#asking = false), 0);
    const { live, frame } = this.calls;
    const id = String(callId || "offer");
    if (live?.offered && live.offer === id) return;
    if (live || frame.microphone.fenced) return this.refuseSoon();
    const call = this.calls.begin({ direction: "inbound", outgoing: false, number: "" }, "", id);
    call.timer.start(() => this.calls.close(call), OFFER_MS);
  }

  /** The script knows of the offer only after its callback has returned. */
  refuseSoon() {
    setTimeout(() => vendor.attempt("responseTransferAgent", 0), 0);
  }

  /**
   * The agent accepts: VCC makes the call ring, and it is answered at once.
   * @param {VccCall} call
   * @returns {boolean} whether VCC was asked
   */
  take(call) {
    call.offered = false;
    call.taken = true;
    call.stay();
    call.timer.start(() => this.calls.close(call), OFFER_MS);
    if (vendor.attempt("responseTransferAgent", 1)) return true;
    this.calls.close(call);
    return false;
  }

  /**
   * @param {VccCall} call
   * @param {number} wait ms in which VCC must report whether the colleague takes it
   */
  begin(call, wait) {
    this.#call = call;
    this.#deadline.start(() => this.#failed(FAILED), wait);
  }

  get isPending() {
    return this.#deadline.started;
  }

  /** @param {unknown} word */
  #answered(word) {
    if (this.#asking || !this.isPending) return;
    if (word !== "OK") return this.#failed("NOK");
    if (this.#call) this.begin(this.#call, AGREED_MS);
  }

  /** It may be reported after the call has ended. */
  #succeeded() {
    this.over();
    const { live, previous } = this.calls;
    if (live && live === this.#call) live.transferred();
    else if (this.#call && this.#call === previous.recent) this.#call.report("transferred");
  }

  /** @param {string} code */
  #failed(code) {
    if (!this.isPending) return;
    this.over();
    this.#call?.report("transfer_failed", { provider_code: code });
  }

  /** No outcome is awaited any more. */
  over() {
    this.#deadline.stop();
  }
}
