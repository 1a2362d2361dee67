// A transfer (RFC 3515, 5589): the far side is asked to call another party, and reports the
// outcome.

import { causeOfStatus } from "../kit/sip-causes.js";

/** @import { Session, SipMessage, SipUri } from "./jssip" */
/** @typedef {{cause: string, sip_code?: number, provider_code?: string}} Failure */

/** Longer than anybody lets a phone ring: no outcome comes later. */
const OUTCOME_MS = 200_000;

export class Transfer {
  pending = true;
  /** The far side has agreed to try. */
  #agreed = false;
  /** The far side has reported progress, so it will also report the outcome. */
  #reporting = false;

  /**
   * @param {Session} session whose far side is asked
   * @param {SipUri} target
   * @param {Session | null} replaced the call whose place the new one takes
   * @param {(failure: Failure | null) => void} onoutcome
   */
  constructor(session, target, replaced, onoutcome) {
    this.onoutcome = onoutcome;
    const noOutcome = { cause: "failed", provider_code: "no_outcome" };
    this.deadline = setTimeout(() => this.#over(noOutcome), OUTCOME_MS);
    session.refer(target, {
      replaces: replaced ? dialogOf(replaced) : undefined,
      eventHandlers: this.#handlers(),
    });
  }

  /**
   * A far side that reports nothing (RFC 4488) hangs up when it has got through; one that reports
   * progress and then hangs up has given up.
   */
  get doneWhenHungUp() {
    return this.pending && this.#agreed && !this.#reporting;
  }

  /** The call is over: no outcome will be reported. */
  stop() {
    this.pending = false;
    clearTimeout(this.deadline);
  }

  #handlers() {
    return {
      requestSucceeded: () => (this.#agreed = true),
      /** @param {{response: SipMessage | null, cause: string}} refusal */
      requestFailed: ({ response, cause }) =>
        this.#over(failure(response?.status_code, response?.reason_phrase ?? cause)),
      progress: () => (this.#reporting = true),
      accepted: () => this.#over(null),
      /** @param {{status_line: {status_code: number, reason_phrase: string}}} outcome */
      failed: ({ status_line }) =>
        this.#over(failure(Number(status_line.status_code), status_line.reason_phrase)),
    };
  }

  /** @param {Failure | null} outcome */
  #over(outcome) {
    if (!this.pending) return;
    this.stop();
    this.onoutcome(outcome);
  }
}

/** @param {number | undefined} sip_code @param {string} [reason] @returns {Failure} */
const failure = (sip_code, reason) => ({
  cause: sip_code ? causeOfStatus(sip_code) : "failed",
  sip_code,
  provider_code: reason || undefined,
});

/**
 * Written from the far side's point of view (RFC 3891). JsSIP itself takes the tags as they stood
 * in the first INVITE, which is the wrong way round for a call that came in.
 * @param {Session} session
 */
function dialogOf({ _dialog }) {
  const { call_id, local_tag, remote_tag } = _dialog.id;
  return { _request: { call_id }, _to_tag: remote_tag, _from_tag: local_tag };
}
