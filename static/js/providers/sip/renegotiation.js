// Offers within a call (hold, resume, a new path for the audio), one at a time, and none of them
// ends the call.
//
// JsSIP hangs up when an offer within a call is refused, unanswered or met by the far side's offer.
// But the audio of a call runs beside its signalling: after a lost socket the far side may be
// unreachable for some seconds and still be talking. Only the answer "no such call" (481) ends the
// call here; ice-watch.js judges silence.

import { until } from "../kit/wait.js";

/** @import { Session, SipMessage, InDialogOptions, InDialogHandlers } from "./jssip" */
/** @typedef {(done: () => void) => boolean} Send false when JsSIP cannot send it now */

const READY_MS = 4000;
const ANSWER_MS = 12_000; // a person waits for it; JsSIP still takes in a later answer
/**
 * JsSIP's state of a request that has been answered. It answers 491 when its own offer is under
 * way, and then goes on as if it had not.
 */
const ANSWERED = 5;
const NO_SUCH_CALL = 481;
/** JsSIP's words for the hang-up after an offer that failed. */
const AFTER_OFFER = new Set(["Hold Failed", "Unhold Failed", "Media Renegotiation Failed"]);

export class Renegotiation {
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();
  /** @type {((accepted: boolean) => void) | null} */
  #settle = null;
  #acknowledged = false;

  /** @param {Session} session @param {() => void} gone the far side no longer knows this call */
  constructor(session, gone) {
    this.session = session;
    this.gone = gone;
    this.#survive();
    for (const end of ["ended", "failed"]) session.on(end, () => this.#settle?.(false));
  }

  /** @param {Send} send @returns {Promise<boolean>} whether the far side accepted the offer */
  offer(send) {
    const made = this.#queue.then(() => this.#offer(send));
    this.#queue = made.catch(() => {});
    return made;
  }

  /**
   * Sends the last ACK once more, which may be lost: without it the far side takes no offer and
   * ends the call after 32 s.
   */
  acknowledge() {
    if (this.#acknowledged) this.session.sendRequest("ACK");
  }

  /** @param {Send} send @returns {Promise<boolean>} */
  async #offer(send) {
    if (!(await this.#ready())) return false;
    /** @type {Promise<boolean>} */
    const answer = new Promise((resolve) => {
      this.#settle = resolve;
      setTimeout(resolve, ANSWER_MS, false);
      if (!send(() => resolve(true))) resolve(false);
    });
    const accepted = await answer;
    this.#settle = null;
    return accepted;
  }

  async #ready() {
    const { session } = this;
    const ready = () => session.isEstablished() && session.isReadyToReOffer();
    await until(() => !session.isEstablished() || ready(), READY_MS);
    return ready();
  }

  #survive() {
    const { session } = this;
    const { sendRequest, terminate } = session;
    session.sendRequest = (method, options) => {
      this.#acknowledged ||= method === "ACK";
      return sendRequest.call(session, method, this.#lenient(method, options));
    };
    session.terminate = (options) => {
      if (AFTER_OFFER.has(options?.reason_phrase ?? "")) this.#settle?.(false);
      // JsSIP ends a replaced call even when the call is over
      else if (!session.isEnded()) terminate.call(session, options);
    };
    session.on("reinvite", ({ request, reject }) => {
      if (this.#settle || request.server_transaction.state === ANSWERED)
        reject({ status_code: 491 });
    });
  }

  /**
   * @param {string} method
   * @param {InDialogOptions} [options]
   * @returns {InDialogOptions | undefined}
   */
  #lenient(method, options) {
    const { eventHandlers: own } = options ?? {};
    if (!own) return options;
    const refused = () => this.#settle?.(false);
    /**
     * @param {InDialogHandlers["onDialogError"]} otherwise
     * @returns {(response: SipMessage) => void}
     */
    const orGone = (otherwise) => (response) =>
      response.status_code === NO_SUCH_CALL ? this.gone() : otherwise?.(response);
    // a refused transfer ends no call: transfer.js reads JsSIP's report
    if (method === "REFER")
      return { ...options, eventHandlers: { ...own, onDialogError: orGone(own.onDialogError) } };
    const handlers = {
      ...own,
      onRequestTimeout: refused,
      onTransportError: refused,
      onDialogError: orGone(refused),
    };
    if (method === "INVITE") handlers.onErrorResponse = refused;
    return { ...options, eventHandlers: handlers };
  }
}

/**
 * JsSIP reports a call that never reached the exchange as a cancelled one.
 * @param {Session} session
 * @param {(why: "unsent" | "unanswered") => void} lost
 */
export function nameLostRequests(session, lost) {
  const { onTransportError, onRequestTimeout } = session;
  session.onTransportError = () => {
    lost("unsent");
    onTransportError.call(session);
  };
  session.onRequestTimeout = () => {
    lost("unanswered");
    onRequestTimeout.call(session);
  };
}

/**
 * JsSIP hangs up at once when ICE fails. A capturing listener runs before JsSIP's own, whichever
 * was added first.
 * @param {RTCPeerConnection} connection
 */
export function keepWhenIceFails(connection) {
  const keep = (/** @type {Event} */ event) => {
    if (connection.iceConnectionState === "failed") event.stopImmediatePropagation();
  };
  connection.addEventListener("iceconnectionstatechange", keep, { capture: true });
}
