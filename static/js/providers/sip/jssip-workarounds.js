// JsSIP's oddities of a call, put right from outside.

/** @import { Session } from "./jssip" */

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
