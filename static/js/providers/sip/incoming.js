// Calls that the agent did not place: those that ring, and those that a transfer puts in the place
// of another.

import { stopTracks } from "../../frame/microphone.js";
import { hasNoMicrophone } from "../../page/page-data.js";
import { CommandError, mustSucceed } from "../kit/run-command.js";
import { endingOf } from "./end-causes.js";

/** @import { Phone } from "./index.js" */
/** @import { SipCall } from "./call.js" */
/** @import { Session as SipSession, SipMessage, ReferEvent, ReplacesEvent } from "./jssip" */

const ANONYMOUS = /^(anonymous|unknown|restricted)?$/i;
/** The far side's time to answer whether its call still exists. */
const ASK_MS = 1500;
const NO_SUCH_CALL = 481;
const BUSY = 486;
const NOT_NOW = 480;

export class IncomingCalls {
  /** @param {Phone} phone */
  constructor(phone) {
    this.phone = phone;
  }

  /** @param {SipSession} session @param {SipMessage} request */
  ring(session, request) {
    if (this.phone.pauses.justWoke) void this.#ringIfAlive(session, request);
    else this.#ring(session, request);
  }

  /**
   * The INVITE may have waited until its caller was gone, and no CANCEL follows one that was not
   * answered in time.
   * @param {SipSession} session
   * @param {SipMessage} request
   */
  async #ringIfAlive(session, request) {
    await null; // JsSIP answers 180 first, which makes the call known to the far side
    /** @type {import("./jssip").EndEvent | undefined} */
    let end;
    session.on("failed", (event) => (end = event));
    if (await isAlive(session)) return this.#ring(session, request);
    const { cause } = end ? endingOf("ringing", end) : { cause: "missed" };
    if (!session.isEnded()) session.terminate({ status_code: NOT_NOW });
    this.#missed(callerOf(session, request), { ended_by: "remote", cause });
  }

  /** @param {SipSession} session @param {SipMessage} request */
  #ring(session, request) {
    const { lines } = this.phone;
    const caller = callerOf(session, request);
    const refusal = this.#refusal();
    if (!refusal) {
      const facts = { ...caller, waiting: lines.busy };
      return void this.phone.begin(session, "ringing", lines.free, facts);
    }
    session.terminate({ status_code: refusal });
    this.#missed(caller, { ended_by: "system", cause: "missed", sip_code: refusal });
  }

  /** @param {object} caller @param {object} ending */
  #missed(caller, ending) {
    const { frame } = this.phone;
    // the client that owns the phone now reports it
    if (frame.microphone.fenced) return;
    frame.emit({ type: "missed", call: crypto.randomUUID(), ...caller, ...ending });
  }

  /** The status that refuses an incoming call; 0: it may ring. */
  #refusal() {
    const { frame, lines, availability, settings } = this.phone;
    const { fenced, state } = frame.microphone;
    if (fenced || availability !== "available" || hasNoMicrophone(state)) return NOT_NOW;
    const mayWait = settings.call_waiting ?? true;
    return lines.free && (mayWait || !lines.busy) ? 0 : BUSY;
  }

  /**
   * Follows a transfer by the far side (REFER): places a call to the target. The far side leaves
   * when that call is answered.
   * @param {SipCall} call
   * @param {ReferEvent} event
   */
  follow(call, { request, accept, reject }) {
    return orReject(reject, async () => {
      const { phone } = this;
      const line = phone.lines.free;
      const { user } = request.refer_to.uri;
      if (!user || !line || !phone.settings.follow_transfers)
        throw new CommandError("not_allowed_now");
      phone.lines.mustTurnTo();
      const mediaStream = await phone.openMicrophone(async () => {
        if (!call.heldBy("remote")) await mustSucceed(call.hold(true));
        return call.session.isEstablished() ? "" : "no_call";
      }, line);
      const by = request.getHeader("Referred-By");
      const data = { number: user, line, follows: call.id };
      const options = phone.callOptions(mediaStream, data, by ? [`Referred-By: ${by}`] : []);
      accept((session) => session.on("accepted", () => takeOver(call, session)), options);
    });
  }

  /**
   * Another caller takes the far side's place (INVITE with Replaces): the conversation goes on
   * without a ring.
   * @param {SipCall} call
   * @param {ReplacesEvent} event
   */
  welcome(call, { request, accept, reject }) {
    return orReject(reject, async () => {
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
    });
  }

  /**
   * The agent's choices for the old call hold for the new one.
   * @param {SipCall} call
   * @param {SipSession} session
   * @param {SipMessage} request
   * @param {MediaStream} mediaStream
   */
  #takePlace(call, session, request, mediaStream) {
    const { phone } = this;
    const facts = { ...callerOf(session, request), ...session.data };
    const fresh = phone.begin(session, "answered", call.line, facts);
    fresh.stream = mediaStream;
    session.on("accepted", () => {
      takeOver(call, session);
      fresh.audio.mute(call.audio.muted);
      if (call.heldBy("agent")) void fresh.hold(true);
    });
    session.answer({ mediaStream, pcConfig: phone.pcConfig });
  }
}

/**
 * Rejects a request that cannot be carried out.
 * @param {() => void} reject
 * @param {() => Promise<void>} run
 */
async function orReject(reject, run) {
  try {
    await run();
  } catch (error) {
    reject();
    if (!(error instanceof CommandError)) throw error;
  }
}

/**
 * Any answer but "no such call" means yes: not every phone knows the question.
 * @param {SipSession} session
 * @returns {Promise<boolean>}
 */
function isAlive(session) {
  if (session.isEnded()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const alive = () => resolve(!session.isEnded());
    const onDialogError = (/** @type {SipMessage} */ { status_code }) =>
      resolve(status_code !== NO_SUCH_CALL && !session.isEnded());
    session.on("failed", () => resolve(false));
    setTimeout(alive, ASK_MS);
    const eventHandlers = {
      onSuccessResponse: alive,
      onErrorResponse: alive,
      onDialogError,
      onTransportError: alive,
      onRequestTimeout: alive,
    };
    session.sendRequest("OPTIONS", { eventHandlers });
  });
}

/** @param {SipSession} session @param {SipMessage} request */
function callerOf(session, request) {
  const { uri, display_name } = session.remote_identity;
  return {
    direction: "inbound",
    number: ANONYMOUS.test(uri.user ?? "") ? "" : (uri.user ?? ""),
    name: display_name ?? "",
    external: [["sip", request.call_id]],
  };
}

/**
 * The new call is answered and the old one is over. A muted agent stays muted.
 * @param {SipCall} call
 * @param {SipSession} session
 */
function takeOver(call, session) {
  if (call.session.isMuted().audio) session.mute({ audio: true });
  call.part("replaced");
}
