// The agent server's messages in the pretend VCC cloud's SDK, and the callbacks that they cause.
// The first callback of a message that fails, or that the page lacks, ends its handling.

const CS_CONSENT_MS = 10000; // then it is refused
var csConsentTimer;

function csReceive(message) {
  csLog("received", message);
  csGuarded(() => CS_HANDLERS[message.objectId]?.(message));
}

const CS_HANDLERS = {
  [CS_LOGIN]: csLoggedIn,
  [CS_VOICE]: csVoiceTold,
  [CS_STATUS]: csStatusTold,
  [CS_DEVICE]: csDeviceTold,
  [CS_RING]: csWithVoice(csRing),
  [CS_AGENT_ANSWER]: csWithVoice(csAgentAnswered),
  [CS_CALL_END]: csWithVoice(csCallEnded),
  [CS_CALLOUT]: csWithVoice(csCalloutTold),
  [CS_HOLD]: csWithVoice(csHoldTold),
  [CS_MUTE]: csWithVoice(csMuteTold),
  // the vendor's own page shows it; here it is lost
  [CS_CALL_ERROR]: csWithVoice(({ text }) => $.jGrowl(text)),
  [CS_AGENTS]: ({ agents }) => csListTransferAgent(agents),
  [CS_TRANSFER_ASKED]: csWithVoice(csTransferAsked),
  [CS_TRANSFER_RESPONSE]: ({ status: word }) => csTransferCallResponse(word),
  [CS_TRANSFER_SUCCESS]: ({ agent }) => csTransferCallSuccess(agent),
  [CS_TRANSFER_ERROR]: ({ error, agent }) => csTransferCallError(error, agent),
  [CS_SURVEY]: ({ status: word }) => csTransferSurveyResponse(word),
};

/** A tab without the voice receives messages about calls too, and ignores them. */
function csWithVoice(todo) {
  return (message) => {
    if (csVoice.enableVoice) todo(message);
  };
}

/**
 * The login's answer does not mention a call that goes on, nor one that is over.
 */
function csLoggedIn({ code, callStatus, enableVoice, deviceType }) {
  if (code !== 200) {
    csLoginRefused(code);
    return;
  }
  csPush.loggedIn();
  csVoice.callStatus = callStatus === "Online" ? "Online" : "Offline";
  csShowCallStatus(csVoice.callStatus);
  csVoice.enableVoice = enableVoice;
  if (enableVoice) csForceBrowser(deviceType);
  csVoice.deviceType = deviceType;
  csCarrySound();
  csShowEnableVoice(enableVoice);
  csTellDevice();
  csInitComplete();
  csPush.keepAwake(ping);
}

function csLoginRefused(code) {
  if (csSwitches.refused_login === "closed") csPush.drop();
  if (csSwitches.refused_login !== "told") return;
  csPush.close();
  csInitError(code);
}

/**
 * Most builds put a new voice owner on the browser, whatever their device was. The answer comes at
 * any time.
 */
function csForceBrowser(deviceType) {
  if (!csSwitches.forced_browser || deviceType === CS_BROWSER) return;
  if (csSwitches.forced_after_ms)
    setTimeout(() => changeDevice(CS_BROWSER, ""), csSwitches.forced_after_ms);
  else changeDevice(CS_BROWSER, "");
}

function csVoiceTold({ enableVoice, deviceType }) {
  csVoice.enableVoice = enableVoice;
  if (enableVoice) {
    csVoice.deviceType = deviceType;
    csCarrySound();
    csForceBrowser(deviceType);
    csShowEnableVoice(true);
    return;
  }
  csShowEnableVoice(false);
  csCarrySound();
  if (csSwitches.loser_leaves) {
    csPush.close();
    csVoice = { ...CS_NOTHING_YET };
  }
}

function csStatusTold({ callStatus }) {
  csVoice.callStatus = callStatus;
  csShowCallStatus(callStatus);
}

/** Result 0: the change is refused, and the old device is reported. */
function csDeviceTold({ result, oldDeviceType, newDeviceType }) {
  csVoice.deviceType = result === 0 ? oldDeviceType : newDeviceType;
  const changed = csVoice.deviceType !== oldDeviceType;
  if (changed) {
    csCarrySound();
    if (newDeviceType === CS_BROWSER && csVoice.enableVoice) csAskForMicrophone();
  }
  if (changed || !csSwitches.unchanged_device_silent) csTellDevice();
}

function csTellDevice() {
  csShowDeviceType(csVoice.deviceType === CS_GSM ? csSwitches.gsm_reported_as : csVoice.deviceType);
}

/** The first call shows whether the page has the microphone. */
function csAskForMicrophone() {
  navigator.mediaDevices.getUserMedia({ audio: true }).then(
    (stream) => stream.getTracks().forEach((track) => track.stop()),
    (error) => csLog(error),
  );
}

/** In a browser the ring itself is a SIP session (fake_init.js). */
function csRing({ callId, caller, callerName, agentId, line, queueDescription, callDirection }) {
  const callInfo = { callId, caller, callerName, agentId, line, queueDescription, callDirection };
  Object.assign(csVoice, CS_NEW_CALL, { callInfo, isCallout: false });
  if (csVoice.deviceType !== CS_BROWSER || csSwitches.ring_twice) csCallRinging(caller);
  csCurrentCallId(callId);
}

/** In a browser the SIP session reports it. */
function csAgentAnswered() {
  if (csVoice.deviceType === CS_BROWSER) return;
  Object.assign(csVoice, { isRinging: false, isAnswering: true });
  csAcceptCall();
}

function csCallEnded() {
  if (csVoice.deviceType === CS_BROWSER) return;
  csReset();
  csEndCall();
}

function csCalloutTold(message) {
  CS_CALLOUT_STATUSES[message.status]?.(message);
}

/** Without a SIP leg no callback reports the end: the page has to look at csVoice. */
function csCalloutOver() {
  if (csVoice.deviceType !== CS_BROWSER) csReset();
}

const CS_CALLOUT_STATUSES = {
  STARTING({ callId }) {
    if (!csVoice.callInfo) Object.assign(csVoice, { callInfo: {}, isCallout: true });
    csVoice.callInfo.callId = callId;
  },

  RINGING({ callId, number, line }) {
    if (csVoice.deviceType !== CS_BROWSER) {
      Object.assign(csVoice, CS_NEW_CALL, { isConnectToAgent: false });
      Object.assign(csVoice.callInfo, {
        caller: number,
        line,
        callDirection: CS_OUTBOUND,
        agentId: csUser.agent_id,
      });
      showCalloutInfo(number);
    }
    csCurrentCallId(callId);
    if (csSwitches.customer_ringing) csCallRinging(number);
  },

  ANSWER() {
    if (csVoice.deviceType !== CS_BROWSER)
      Object.assign(csVoice, { isRinging: false, isAnswering: true });
    csCustomerAccept();
  },

  ERROR({ errorCode, sipCode }) {
    showCalloutError(
      errorCode,
      csSwitches.sip_code_text && sipCode !== undefined ? String(sipCode) : sipCode,
    );
    Object.assign(csVoice, CS_NO_CALL, { isCallout: false });
  },

  ENDCALL: csCalloutOver,
  TERMINATE: csCalloutOver,
};

/** The reply has the state; the callback goes by the request, also by a refused one. */
function csHoldTold({ result, hold }) {
  csVoice.holding = false;
  if (result === "OK") csVoice.isHold = hold;
  if (hold) csHoldCall();
  else csUnHoldCall();
}

function csMuteTold({ result, mute }) {
  if (result !== "OK") return;
  csVoice.isMute = mute;
  if (mute) csMuteCall();
  else csUnMuteCall();
}

/**
 * The request can be answered only after the callback. Most builds fall through into the
 * requester's callback, which reads as a refusal.
 */
function csTransferAsked({ request }) {
  if (!csSwitches.undocumented) return;
  csNewCallTransferRequest(request);
  csVoice.transferRequest = request;
  csConsentTimer = setTimeout(() => csConsent(0), CS_CONSENT_MS);
  if (csSwitches.stray_nok) csTransferCallResponse("NOK");
}

/**
 * Answers the newest request, also one that is long over; it throws inside the first one's
 * callback.
 */
function csConsent(accepted) {
  clearTimeout(csConsentTimer);
  csSend(CS_TRANSFER_RESPONSE, {
    callId: csVoice.transferRequest.callId,
    accepted: accepted === 1,
  });
}
