// The global functions that the vendor's scripts call. All of them must exist: a missing one
// silently ends the script's function that calls it.

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
/** @typedef {Partial<Record<Callback, (...args: any[]) => void>>} Handlers */
