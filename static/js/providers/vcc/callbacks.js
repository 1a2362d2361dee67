// The global functions that the vendor's scripts call. All of them must be there: a missing one
// silently ends whatever called it, and so would an error of ours, which the scripts swallow.

export const CALLBACKS = /** @type {const} */ ([
  "csCallRinging",
  "csAcceptCall",
  "csEndCall",
  "csMuteCall",
  "csUnMuteCall",
  "csHoldCall",
  "csUnHoldCall",
  "showCalloutInfo",
  "showCalloutError",
  "csShowEnableVoice",
  "csShowCallStatus",
  "csCustomerAccept",
  "csShowDeviceType",
  "csCurrentCallId",
  "csInitComplete",
  "csInitError",
  "csCallRingingAgent",
  "csListTransferAgent",
  "csTransferCallError",
  "csTransferCallSuccess",
  "csNewCallTransferRequest",
  "csTransferCallResponse",
  "csTransferSurveyResponse",
  "csNotifyReconnecting",
  "csOndisconnected",
]);

/** @typedef {typeof CALLBACKS[number]} Callback */

/**
 * @param {Partial<Record<Callback, (...args: any[]) => void>>} handlers
 * @param {(name: Callback) => void} heard after each, whatever became of it
 * @param {(name: Callback, error: unknown) => void} failed
 */
export function define(handlers, heard, failed) {
  for (const name of CALLBACKS) {
    /** @type {any} */ (globalThis)[name] = (/** @type {any[]} */ ...args) => {
      try {
        handlers[name]?.(...args);
      } catch (error) {
        failed(name, error);
      }
      heard(name);
    };
  }
}
