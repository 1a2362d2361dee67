// Of the pretend VCC cloud's SDK: what the agent server says, and which callbacks it makes of it. All of a message is one piece of work:
// the first callback that fails, or that the page has not defined, ends it.

const CS_CONSENT_MS = 10000; // then it counts as refused

function csReceive(message) {
  csLog("received", message);
  csGuarded(() => CS_HANDLERS[message.objectId]?.(message));
}

const CS_HANDLERS = {
  [CS_LOGIN]: csLoggedIn,
  [CS_VOICE]: csVoiceTold,
  [CS_STATUS]: csStatusTold,
  [CS_DEVICE]: csDeviceTold,
  [CS_PING]: csPresentState,
  [CS_RING]: csWithVoice(csRing),
  [CS_AGENT_ANSWER]: csWithVoice(csAgentAnswered),
  [CS_CALL_END]: csWithVoice(csCallEnded),
  [CS_CALLOUT]: csWithVoice(csCalloutTold),
  [CS_HOLD]: csWithVoice(csHoldTold),
  [CS_MUTE]: csWithVoice(csMuteTold),
  [CS_CALL_ERROR]: csWithVoice(({ text }) => $.jGrowl(text)), // a page of the vendor's own has it; here it is lost
  [CS_AGENTS]: ({ agents }) => csListTransferAgent(agents),
  [CS_TRANSFER_ASKED]: csWithVoice(csTransferAsked),
  [CS_TRANSFER_RESPONSE]: ({ status: word }) => csTransferCallResponse(word),
  [CS_TRANSFER_SUCCESS]: ({ agent }) => csTransferCallSuccess(agent),
  [CS_TRANSFER_ERROR]: ({ error, agent }) => csTransferCallError(error, agent),
  [CS_SURVEY]: ({ status: word }) => csTransferSurveyResponse(word),
};

/** A tab without the voice hears of calls as well, and passes over them. */
function csWithVoice(todo) {
  return (message) => {
    if (csVoice.enableVoice) todo(message);
  };
}

function csLoggedIn({ code, callStatus, enableVoice, deviceType, callId }) {
  if (code !== 200) {
    csPush.close();
    csInitError(code);
    return;
  }
  const newOwner = enableVoice && !csVoice.enableVoice;
  Object.assign(csVoice, { callStatus, enableVoice, deviceType, isConnectToAgent: true });
  csForgetOtherThan(callId);
  csShowCallStatus(callStatus);
  csShowEnableVoice(enableVoice);
  csShowDeviceType(deviceType);
  csCarrySound();
  if (newOwner) csForceBrowser();
  csInitComplete();
  csPush.keepAwake(ping);
}

/** A call ended while nobody was listening: nothing is said of it. A leg in this browser ends for itself. */
function csForgetOtherThan(callId) {
  const known = csVoice.callInfo?.callId;
  const over = !callId || (known && known !== callId);
  if (csVoice.hasCall && over && !state.session) csReset();
}

/** With each keep-alive comes what is so at the moment; older than our last message it is worth nothing. */
function csPresentState({ sent, enableVoice, callStatus, deviceType, callId }) {
  if (sent !== csPush.sent - 1) return;
  csForgetOtherThan(callId);
  if (enableVoice !== csVoice.enableVoice) csVoiceTold({ enableVoice });
  if (deviceType !== csVoice.deviceType) csDeviceTold({ result: 1, deviceType });
  if (callStatus !== csVoice.callStatus) csStatusTold({ callStatus });
}

/** Some builds do, with whoever becomes the voice owner. */
function csForceBrowser() {
  if (csSwitches.forced_browser && csVoice.deviceType !== CS_BROWSER) changeDevice(CS_BROWSER);
}

function csVoiceTold({ enableVoice }) {
  const newOwner = enableVoice && !csVoice.enableVoice;
  csVoice.enableVoice = enableVoice;
  csCarrySound();
  if (newOwner) csForceBrowser();
  if (!enableVoice && csSwitches.loser_leaves) {
    csPush.close();
    csReset();
    Object.assign(csVoice, { isConnectToAgent: false, callStatus: "Offline" });
  }
  csShowEnableVoice(enableVoice);
}

function csStatusTold({ callStatus }) {
  csVoice.callStatus = callStatus;
  csShowCallStatus(callStatus);
}

/** Result 0: refused, and the old one is reported. */
function csDeviceTold({ result, deviceType }) {
  const changed = result !== 0 && deviceType !== csVoice.deviceType;
  if (changed) {
    csVoice.deviceType = deviceType;
    csCarrySound();
    if (deviceType === CS_BROWSER && csVoice.enableVoice) csAskForMicrophone();
  }
  if (changed || !csSwitches.unchanged_device_silent) csShowDeviceType(csVoice.deviceType);
}

/** Whether it is given shows when the first call comes. */
function csAskForMicrophone() {
  navigator.mediaDevices.getUserMedia({ audio: true }).then(
    (stream) => stream.getTracks().forEach((track) => track.stop()),
    (error) => csLog(error),
  );
}

/** In a browser the ring itself is a SIP session (init-3.0.7.js). */
function csRing({ callId, caller, callerName, agentId, line, callDirection, deviceType }) {
  csVoice.callInfo = { callId, caller, callerName, agentId, line, callDirection };
  if (deviceType !== CS_BROWSER) Object.assign(csVoice, { hasCall: true, isRinging: true });
  if (deviceType !== CS_BROWSER || csSwitches.ring_twice) csCallRinging(caller);
  csCurrentCallId(callId);
}

/** Of a call that is over, or of another one: on a bad wire messages overtake each other. */
function csIsOther(callId, number = "") {
  const { callId: known, caller } = csVoice.callInfo ?? {};
  return known ? known !== callId : caller !== number;
}

function csAgentAnswered({ callId, deviceType }) {
  if (deviceType === CS_BROWSER || csIsOther(callId)) return;
  Object.assign(csVoice, { hasCall: true, isRinging: false, isAnswering: true });
  csAcceptCall();
}

function csCallEnded({ callId, deviceType }) {
  if (deviceType === CS_BROWSER || csIsOther(callId)) return;
  csReset(csVoice.isRinging && !csVoice.isCallout);
  csEndCall();
}

function csCalloutTold(message) {
  CS_CALLOUT_STATUSES[message.status]?.(message);
}

const CS_CALLOUT_STATUSES = {
  STARTING({ callId, number }) {
    csKnowCallout(callId, number);
  },

  RINGING({ callId, number, deviceType }) {
    csKnowCallout(callId, number);
    csVoice.isRinging = true;
    if (deviceType !== CS_BROWSER) showCalloutInfo(number);
    csCurrentCallId(callId);
    if (csSwitches.customer_ringing) csCallRinging(number);
  },

  ANSWER({ callId, number }) {
    csKnowCallout(callId, number);
    Object.assign(csVoice, { isRinging: false, isAnswering: true });
    csCustomerAccept();
  },

  ERROR({ callId, number, errorCode, sipCode }) {
    if (csIsOther(callId, number)) return;
    if (!state.session) csReset();
    else if (!csVoice.callInfo.callId) csVoice.isCallout = false; // it never began: the session is another call's
    showCalloutError(errorCode, csSwitches.sip_code_text && sipCode !== undefined ? String(sipCode) : sipCode);
  },

  /** Without a SIP leg nobody is told: the page has to look at csVoice. */
  END({ callId, number }) {
    if (!state.session && !csIsOther(callId, number)) csReset();
  },
};

function csKnowCallout(callId, number) {
  csVoice.callInfo = { ...csVoice.callInfo, callId, caller: number, callDirection: CS_OUTBOUND };
  Object.assign(csVoice, { hasCall: true, isCallout: true });
}

/** The reply says what is so now; the callback goes by what was asked, also when it was refused. */
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

function csTransferAsked({ request }) {
  csVoice.transferRequest = request;
  if (!request) return;
  setTimeout(() => csVoice.transferRequest === request && (csVoice.transferRequest = null), CS_CONSENT_MS);
  csNewCallTransferRequest(request);
}
