// The pretend VCC cloud's SDK: the functions that a page calls. Written by us from the provider's
// contract, with the vendor's names, order of callbacks and oddities; served by the simulator only,
// with fake_cs_voice_messages.js and fake_cs_voice_extras.js as parts of the same script.

var csUser = null;
var csPush = null;
const CS_NOTHING_YET = {
  callInfo: null,
  callStatus: "Offline",
  enableVoice: false,
  hasCall: false,
  isRinging: false,
  isAnswering: false, // in a browser: the agent's own leg is up, in either direction
  isMute: false,
  isHold: false,
  holding: false,
  deviceType: CS_BROWSER, // also while the request is not answered yet
  isCallout: false,
  isConnectToAgent: false, // from csCallout until the agent's leg is up
  missCall: false,
  transferRequest: null,
  sip_address: "",
  sip_socket: "",
  agentserver_socket: "",
};
var csVoice = { ...CS_NOTHING_YET };
/** The agent server recognises this tab after a broken connection. */
const CS_TAB = Math.random().toString(36).slice(2);
const CS_EXTERNAL_NUMBER = /^\d{8,13}$/;
const CS_INTERNAL_NUMBER = /^[1-9]\d{0,6}$/;

/** Writes everything to the console, with the token, unless the page has switched it off. */
function csLog(...words) {
  if (localStorage.csDebug !== "off") console.log("[cs]", ...words);
}

/**
 * A missing or throwing callback is only logged, and the rest of `todo` is skipped.
 */
function csGuarded(todo) {
  try {
    todo();
  } catch (error) {
    csLog(error);
  }
}

function csSend(objectId, fields) {
  const message = { objectId, ...fields };
  csLog("send", message);
  csPush.send(message);
}

const CS_NEW_CALL = {
  hasCall: true,
  isRinging: true,
  isAnswering: false,
  isMute: false,
  isHold: false,
  missCall: false,
};
const CS_NO_CALL = {
  callInfo: null,
  hasCall: false,
  isConnectToAgent: false,
  isRinging: false,
  isAnswering: false,
  holding: false,
};

/**
 * `isCallout` too, except in builds where it sticks. `isMute` and `isHold` stay as they are until
 * the next call.
 */
function csReset() {
  const missCall = !csVoice.isCallout && !csVoice.isAnswering;
  Object.assign(csVoice, CS_NO_CALL, {
    missCall,
    isCallout: csSwitches.stuck_callout && csVoice.isCallout,
  });
}

function csInit(token, domain) {
  csLog("csInit", token, domain);
  $.ajax({
    url: `${API_SERVER}/api/login/check-partner`,
    data: { authToken: token, domain },
    success: (text) => csGuarded(() => csPartner($.parseJSON(text), token, domain)),
    error: () => csGuarded(() => csInitError(undefined)),
  });
}

function csPartner({ code, user, account }, token, domain) {
  if (code !== 200) {
    csInitError(code);
    return;
  }
  csUser = user;
  const scheme = API_SERVER.startsWith("https:") ? "wss" : "ws";
  const agentserver_socket = `${scheme}://${account.agent_server_url}/websocket`;
  Object.assign(csVoice, {
    sip_address: account.sip_server_url,
    sip_socket: account.sip_socket,
    agentserver_socket,
  });
  csPush = new WebPush(agentserver_socket, {
    opened: () => csOpened(token, domain),
    message: csReceive,
    reconnecting: csReconnecting,
    lost: csLost,
  });
  csPush.open();
  if (!csSwitches.reconfig_arrives) reConfigDeviceType();
}

/** Logs in with the same token, first and whenever the socket is back. */
function csOpened(token, domain) {
  csSend(CS_LOGIN, { token, domain, tab: CS_TAB });
  if (csSwitches.reconfig_arrives && !csVoice.enableVoice) reConfigDeviceType();
}

function csReconnecting(number, total) {
  if (typeof csNotifyReconnecting === "function")
    csGuarded(() => csNotifyReconnecting(number, total));
}

function csLost() {
  if (typeof csOndisconnected === "function") csGuarded(() => csOndisconnected());
}

/** The browser carries the sound only if this tab has the voice and the device is the browser. */
function csCarrySound() {
  const here = csVoice.enableVoice && csVoice.deviceType === CS_BROWSER;
  if (here) register(csUser.phone_no, csUser.phone_no, csVoice.sip_address, csVoice.sip_socket);
  else unregister();
}

function csEnableCall() {
  if (!csVoice.enableVoice) csSend(CS_VOICE, {});
}

/** Shows it at once, and corrects it when the server decides otherwise. */
function changeCallStatus() {
  csAskForStatus(csVoice.callStatus === "Online" ? "Offline" : "Online");
}

function csAskForStatus(callStatus) {
  csVoice.callStatus = callStatus;
  csSend(CS_STATUS, { callStatus });
}

function csCallout(number, calloutId) {
  if (csVoice.isCallout || (csSwitches.callout_needs_voice && !csVoice.enableVoice))
    csLog("csCallout: not now", number);
  else if (CS_EXTERNAL_NUMBER.test(number)) csCallOutside(String(number), calloutId);
  else if (CS_INTERNAL_NUMBER.test(number) && csVoice.deviceType === CS_BROWSER)
    ua.call(String(number), SIP_OPTIONS);
  else csLog("csCallout: not a number", number);
}

/** The callback is the same whether or not the request can be sent. */
function csCallOutside(number, calloutId) {
  if ((csVoice.hasCall || csVoice.isConnectToAgent) && !csSwitches.callout_in_call) {
    csLog("csCallout: in a call", number);
    return;
  }
  csVoice.isCallout = true;
  csSend(CS_CALLOUT, { number, calloutId });
  csGuarded(() => showCalloutInfo(number));
  const callInfo = {
    callId: "",
    caller: number,
    callerName: "",
    agentId: csUser.agent_id,
    line: " ",
    callDirection: CS_OUTBOUND,
  };
  Object.assign(csVoice, CS_NEW_CALL, { callInfo, isCallout: true, isConnectToAgent: true });
}

/** Only a call that rings in this browser can be answered from it. */
function onAcceptCall() {
  if (state.session?.direction === "incoming" && state.session.isInProgress())
    sipAnswer(state.session);
}

/** On other devices: nothing while on hold, and an error without a call, as with the vendor. */
function endCall() {
  if (csVoice.deviceType !== CS_BROWSER) {
    if (!csVoice.isHold) csSend(CS_CALL_END, { callId: csVoice.callInfo.callId });
    return;
  }
  const early = csVoice.isConnectToAgent && !state.session;
  Object.assign(csVoice, CS_NO_CALL);
  if (early) csVoice.isCallout = false;
  if (early && !csSwitches.early_end_ignored) csSend(CS_CALL_END, {});
  state.session?.terminate();
}

/** Without a call it throws. */
function holdCall() {
  const { callId, callDirection } = csVoice.callInfo;
  if (callDirection === CS_OUTBOUND && csVoice.isRinging) return;
  csVoice.holding = true;
  csSend(CS_HOLD, { callId, hold: !csVoice.isHold });
}

/** On calls that are not inbound it blocks the page, and then sends a malformed request. */
function muteCall() {
  if (csVoice.isHold) return;
  const { callId, callDirection } = csVoice.callInfo;
  const inbound = callDirection === CS_INBOUND;
  if (!inbound) alert("Mute is for inbound calls only.");
  csSend(CS_MUTE, { callId, mute: inbound ? !csVoice.isMute : null });
}

/** Shows it at once; a refusal restores the old one. */
function changeDevice(type, phone) {
  csVoice.deviceType = Number(type);
  csSend(CS_DEVICE, { deviceType: Number(type), phone: phone ?? "" });
}

/**
 * Back to the device of the agent's role: an extension, a mobile, the vendor's softphone.
 */
function reConfigDeviceType() {
  const device = { 6: 4, 7: CS_GSM, 9: 6 }[csUser?.role];
  if (device) changeDevice(device, "");
}

function csUnregister() {
  if (csVoice.deviceType === CS_BROWSER) unregister();
}
