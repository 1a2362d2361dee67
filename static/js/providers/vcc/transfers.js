// A colleague's call that is offered to this agent, and this agent's own call on its way to a
// colleague.

import { vendor } from "./vendor.js";

/** @typedef {import("./call.js").VccCall} VccCall */

// in which VCC must say that the call is with the colleague who has said yes
const AGREED_MS = 60_000;
const OFFER_MS = 10_000; // VCC refuses an offered call by itself after

export class Transfers {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #handing;
  /** The call that is, or was, on its way. @type {VccCall | null} */
  #handed = null;
  /** The request is being told: some builds tell its answer, too, as refused. */
  #asking = false;

  /** @param {import("./calls.js").Calls} calls */
  constructor(calls) {
    this.calls = calls;
  }

  /** @type {Partial<Record<import("./callbacks.js").Callback, (...args: any[]) => void>>} */
  handlers = {
    csNewCallTransferRequest: (request) => this.#offered(request ?? {}),
    csTransferCallSuccess: () => this.#handedOn(),
    csTransferCallError: (error) => this.#notHandedOn(String(error || "TRANSFER_CALL_FAILED")),
    csTransferCallResponse: (word) => this.#response(word),
  };

  /**
   * A colleague would like to hand her call over. VCC names its id, and its number only when it
   * rings.
   * @param {{callId?: unknown}} request
   */
  #offered({ callId }) {
    this.#asking = true;
    setTimeout(() => (this.#asking = false), 0);
    const { live, frame } = this.calls;
    const id = String(callId || "offer");
    if (live?.offered && live.offer === id) return;
    if (live || frame.microphone.fenced) return this.#refuseSoon();
    const call = this.calls.begin({ direction: "inbound", placed: false, number: "" }, "", id);
    call.timer = setTimeout(() => this.calls.close(call, () => call.end()), OFFER_MS);
  }

  /** The script knows of the request only after its callback has returned. */
  #refuseSoon() {
    setTimeout(() => vendor.attempt("responseTransferAgent", 0), 0);
  }

  /**
   * The agent has said yes: VCC makes it ring, and it is answered at once.
   * @param {VccCall} call
   * @returns {boolean} whether VCC was told
   */
  take(call) {
    call.offered = false;
    call.taken = true;
    call.leave();
    clearTimeout(call.timer);
    call.timer = setTimeout(() => this.calls.close(call, () => call.end()), OFFER_MS);
    if (vendor.attempt("responseTransferAgent", 1)) return true;
    this.calls.close(call, () => call.end());
    return false;
  }

  /** Another call rings before the agent has said anything. @param {VccCall} call */
  pass(call) {
    this.#refuseSoon();
    this.calls.close(call, () => call.end());
  }

  /**
   * @param {VccCall} call
   * @param {number} wait ms in which VCC must say whether the colleague takes it
   */
  handing(call, wait) {
    clearTimeout(this.#handing);
    this.#handed = call;
    this.#handing = setTimeout(() => this.#notHandedOn("TRANSFER_CALL_FAILED"), wait);
  }

  get isHanding() {
    return this.#handing !== undefined;
  }

  /** @param {unknown} word */
  #response(word) {
    if (this.#asking || !this.isHanding) return;
    if (word !== "OK") return this.#notHandedOn("NOK");
    if (this.#handed) this.handing(this.#handed, AGREED_MS);
  }

  /** It may be told after the call has gone. */
  #handedOn() {
    this.over();
    if (this.calls.live && this.calls.live === this.#handed) this.calls.live.handedOn();
    else if (this.#handed && this.#handed === this.calls.justOver) this.#handed.tell("transferred");
  }

  /** @param {string} code */
  #notHandedOn(code) {
    if (!this.isHanding) return;
    this.over();
    this.#handed?.tell("transfer_failed", { provider_code: code });
  }

  /** Nothing more is awaited. */
  over() {
    clearTimeout(this.#handing);
    this.#handing = undefined;
  }
}
