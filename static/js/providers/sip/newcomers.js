// Calls that the agent did not ask for: those that ring, and those that a transfer puts in the
// place of another.

import { stopTracks } from "../../frame/microphone.js";
import { endingOf } from "./endings.js";
import { must, Refusal } from "./refusal.js";

/** @typedef {import("../sip.js").Phone} Phone */
/** @typedef {import("./call.js").SipCall} SipCall */
/** @typedef {import("../../types/jssip").Session} SipSession */
/** @typedef {import("../../types/jssip").SipMessage} SipMessage */
/** @typedef {import("../../types/jssip").ReferEvent} ReferEvent */
/** @typedef {import("../../types/jssip").ReplacesEvent} ReplacesEvent */

const ANONYMOUS = /^(anonymous|unknown|restricted)?$/i;
/** The old far side hangs up by itself; a lost BYE must not leave its call on the page. */
const PARTING_MS = 3000;
/** How long the other side may take to say whether its call is still there. */
const ASK_MS = 1500;
const NO_SUCH_CALL = 481;
const BUSY = 486;
const NOT_NOW = 480;

export class Newcomers {
  /** @param {Phone} phone */
  constructor(phone) {
    this.phone = phone;
  }

  /** @param {SipSession} session @param {SipMessage} request */
  ring(session, request) {
    if (this.phone.pauses.justWoke) void this.#ringIfThere(session, request);
    else this.#ring(session, request);
  }

  /**
   * The INVITE may have waited until its caller was gone, and no CANCEL follows one that was not
   * answered in time.
   * @param {SipSession} session
   * @param {SipMessage} request
   */
  async #ringIfThere(session, request) {
    await null; // JsSIP answers 180 first, which makes the call known to the other side
    /** @type {import("../../types/jssip").EndEvent | undefined} */
    let end;
    session.on("failed", (event) => (end = event));
    if (await isThere(session)) return this.#ring(session, request);
    const { cause } = end ? endingOf("ringing", end) : { cause: "missed" };
    if (!session.isEnded()) session.terminate({ status_code: NOT_NOW });
    this.#missed(callerOf(session, request), { ended_by: "remote", cause });
  }

  /** @param {SipSession} session @param {SipMessage} request */
  #ring(session, request) {
    const { lines } = this.phone;
    const facts = callerOf(session, request);
    const refusal = this.#refusal();
    if (!refusal)
      return void this.phone.begin(session, "ringing", lines.free, {
        ...facts,
        waiting: lines.busy,
      });
    session.terminate({ status_code: refusal });
    this.#missed(facts, { ended_by: "system", cause: "missed", sip_code: refusal });
  }

  /** @param {object} facts @param {object} ending */
  #missed(facts, ending) {
    const { frame } = this.phone;
    // it rings at the client that owns the phone now, and is that one's to tell
    if (frame.microphone.fenced) return;
    frame.emit({ type: "missed", call: crypto.randomUUID(), ...facts, ...ending });
  }

  /** The status that sends an incoming call away, if it has to go. */
  #refusal() {
    const { frame, lines, availability, settings } = this.phone;
    const { fenced, state } = frame.microphone;
    if (fenced || availability !== "available" || state === "denied" || state === "none")
      return NOT_NOW;
    const mayWait = settings.call_waiting ?? true;
    return lines.free && (mayWait || !lines.busy) ? 0 : BUSY;
  }

  /**
   * The far side hands us on (REFER): we call somebody else, and it goes when that call is
   * answered.
   * @param {SipCall} call
   * @param {ReferEvent} event
   */
  async follow(call, { request, accept, reject }) {
    const { phone } = this;
    const line = phone.lines.free;
    const { user } = request.refer_to.uri;
    try {
      if (!user || !line || !phone.settings.follow_transfers || !phone.lines.mayTurnTo())
        throw new Refusal("not_allowed_now");
      const mediaStream = await phone.openMicrophone(async () => {
        if (!call.heldBy("remote")) await must(call.hold(true));
        return call.session.isEstablished() ? "" : "no_call";
      }, line);
      const by = request.getHeader("Referred-By");
      const options = phone.callOptions(
        mediaStream,
        { number: user, line, follows: call.id },
        by ? [`Referred-By: ${by}`] : [],
      );
      accept((session) => session.on("accepted", () => takeOver(call, session)), options);
    } catch (error) {
      reject();
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /**
   * Somebody comes in the far side's place (INVITE with Replaces): the talk goes on without a ring.
   * @param {SipCall} call
   * @param {ReplacesEvent} event
   */
  async welcome(call, { request, accept, reject }) {
    try {
      const mediaStream = await this.phone.openMicrophone(async () =>
        call.session.isEstablished() ? "" : "no_call",
      );
      /** @type {SipSession[]} */
      const begun = [];
      accept((session) => {
        session.data = { replaces: call.id, consults: call.session.data.consults };
        begun.push(session);
      });
      begun.forEach((session) => this.#takePlace(call, session, request, mediaStream));
      if (!begun.length) stopTracks(mediaStream);
    } catch (error) {
      reject();
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /**
   * What the agent has chosen for the old call goes for the new one.
   * @param {SipCall} call
   * @param {SipSession} session
   * @param {SipMessage} request
   * @param {MediaStream} mediaStream
   */
  #takePlace(call, session, request, mediaStream) {
    const { phone } = this;
    const { replaces, consults } = session.data;
    const facts = { ...callerOf(session, request), replaces, consults };
    const fresh = phone.begin(session, "answered", call.line, facts);
    fresh.lend(mediaStream);
    session.on("accepted", () => {
      takeOver(call, session);
      fresh.deafen(call.deaf);
      if (call.heldBy("agent")) void fresh.hold(true);
    });
    session.answer({ mediaStream, pcConfig: phone.pcConfig });
  }
}

/**
 * Any answer but "no such call" will do: not every phone knows the question.
 * @param {SipSession} session
 * @returns {Promise<boolean>}
 */
function isThere(session) {
  if (session.isEnded()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const there = () => resolve(!session.isEnded());
    const onDialogError = (/** @type {SipMessage} */ { status_code }) =>
      resolve(status_code !== NO_SUCH_CALL && !session.isEnded());
    session.on("failed", () => resolve(false));
    setTimeout(there, ASK_MS);
    const eventHandlers = {
      onSuccessResponse: there,
      onErrorResponse: there,
      onDialogError,
      onTransportError: there,
      onRequestTimeout: there,
    };
    session.sendRequest("OPTIONS", { eventHandlers });
  });
}

/** @param {SipSession} session @param {SipMessage} request */
function callerOf(session, request) {
  const { uri, display_name } = session.remote_identity;
  const number = ANONYMOUS.test(uri.user ?? "") ? "" : (uri.user ?? "");
  return {
    direction: "inbound",
    number,
    name: display_name ?? "",
    external: [["sip", request.call_id]],
  };
}

/**
 * The new call is answered and the old one is over. Who was muted stays muted: nobody has touched
 * the button.
 * @param {SipCall} call
 * @param {SipSession} session
 */
function takeOver(call, session) {
  if (call.session.isMuted().audio) session.mute({ audio: true });
  call.part("handed_over", PARTING_MS);
}
