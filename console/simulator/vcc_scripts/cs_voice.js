// The pretend VCC cloud's SDK: the functions that a page calls. Written by us from the provider's contract, with the vendor's names, order
// of callbacks and oddities; served by the simulator only, with cs_voice_messages.js and cs_voice_extras.js as parts of the same script.

var csUser = null;
var csPush = null;
var csVoice = {
  callInfo: null,
  callStatus: "Offline",
  enableVoice: false,
  hasCall: false,
  isRinging: false,
  isAnswering: false,
  isMute: false,
  isHold: false,
  holding: false,
  deviceType: CS_BROWSER,
  isCallout: false,
  isConnectToAgent: false,
  missCall: false,
  transferRequest: null,
  sip_address: "",
  sip_socket: "",
  agentserver_socket: "",
};
/** The agent server knows this tab again after a broken connection. */
const CS_TAB = Math.random().toString(36).slice(2);
const CS_EXTERNAL_NUMBER = /^\d{8,13}$/;
const CS_INTERNAL_NUMBER = /^[1-9]\d{0,6}$/;

/** Writes everything to the console, the token among it, unless the page has switched it off. */
function csLog(...words) {
  if (localStorage.csDebug !== "off") console.log("[cs]", ...words);
}

/** What a callback throws, or that there is none, is only logged, and the rest of `todo` is skipped. */
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

/** `isCallout` too, except in builds where it sticks. */
function csReset(missed = false) {
  const isCallout = csSwitches.stuck_callout && csVoice.isCallout;
  const over = { callInfo: null, hasCall: false, isRinging: false, isAnswering: false, isMute: false, isHold: false, holding: false };
  Object.assign(csVoice, over, { missCall: missed, isCallout });
}

/** Of the call, as far as this tab has heard: the agent server tells the rest. */
function csKnown() {
  const { hasCall, isRinging, isAnswering, isHold, callInfo } = csVoice;
  return { hasCall, isRinging, isAnswering, isHold, callId: callInfo?.callId ?? "" };
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
  Object.assign(csVoice, { sip_address: account.sip_server_url, sip_socket: account.sip_socket, agentserver_socket });
  csPush?.close();
  csPush = new WebPush(agentserver_socket, {
    opened: () => csSend(CS_LOGIN, { token, domain, tab: CS_TAB, ...csKnown() }),
    message: csReceive,
    reconnecting: csReconnecting,
    lost: csLost,
  });
  csPush.open();
}

function csReconnecting(number, total) {
  csVoice.isConnectToAgent = false;
  if (typeof csNotifyReconnecting === "function") csGuarded(() => csNotifyReconnecting(number, total));
}

function csLost() {
  if (typeof csOndisconnected === "function") csGuarded(() => csOndisconnected());
}

/** The browser carries the sound where this tab has the voice and the device is the browser; nowhere else. */
function csCarrySound() {
  const here = csVoice.enableVoice && csVoice.deviceType === CS_BROWSER;
  if (here) register(csUser.phone_no, csUser.phone_no, csVoice.sip_address, csVoice.sip_socket);
  else unregister();
}

function csEnableCall() {
  csSend(CS_VOICE, {});
}

/** Shown at once, and put right when the server decides otherwise. */
function changeCallStatus() {
  csAskForStatus(csVoice.callStatus === "Online" ? "Offline" : "Online");
}

function csAskForStatus(callStatus) {
  csVoice.callStatus = callStatus;
  csSend(CS_STATUS, { callStatus });
}

function csCallout(number, calloutId) {
  if (csVoice.isCallout || (csSwitches.callout_needs_voice && !csVoice.enableVoice)) csLog("csCallout: not now", number);
  else if (CS_EXTERNAL_NUMBER.test(number)) csCallOutside(String(number), calloutId);
  else if (CS_INTERNAL_NUMBER.test(number) && csVoice.deviceType === CS_BROWSER) ua.call(String(number), SIP_OPTIONS);
  else csLog("csCallout: not a number", number);
}

function csCallOutside(number, calloutId) {
  csVoice.callInfo = { callId: "", caller: number, callerName: "", agentId: csUser.agent_id, line: "", callDirection: CS_OUTBOUND };
  Object.assign(csVoice, { isCallout: true, hasCall: true });
  csSend(CS_CALLOUT, { number, calloutId });
  csGuarded(() => showCalloutInfo(number));
}

/** Only what rings in this browser can be answered from it. */
function onAcceptCall() {
  if (state.session?.direction === "incoming" && state.session.isInProgress()) sipAnswer(state.session);
}

/** On other devices: nothing while on hold, and an error without a call, as with the vendor. */
function endCall() {
  if (csVoice.deviceType === CS_BROWSER && state.session) state.session.terminate();
  else if (csVoice.deviceType === CS_BROWSER && csVoice.isCallout) csSend(CS_CALL_END, { callId: csVoice.callInfo.callId });
  else if (csVoice.deviceType !== CS_BROWSER && !csVoice.isHold) csSend(CS_CALL_END, { callId: csVoice.callInfo.callId });
}

function holdCall() {
  if (!csVoice.isAnswering) return;
  csVoice.holding = true;
  csSend(CS_HOLD, { callId: csVoice.callInfo?.callId, hold: !csVoice.isHold });
}

/** On an outbound call it blocks the page, and then asks for nothing in particular. */
function muteCall() {
  if (!csVoice.hasCall || csVoice.isHold) return;
  if (csVoice.isCallout) {
    alert("Mute is for inbound calls only.");
    csSend(CS_MUTE, { callId: undefined, mute: null });
  } else csSend(CS_MUTE, { callId: csVoice.callInfo?.callId, mute: !csVoice.isMute });
}

function changeDevice(type, phone) {
  csSend(CS_DEVICE, { deviceType: Number(type), phone: phone ?? "" });
}

/** Back to where this agent takes calls when nobody is signed in: an extension, a mobile, the vendor's softphone. */
function reConfigDeviceType() {
  const device = { 6: 4, 7: CS_GSM, 9: 6 }[csUser?.role];
  if (device) changeDevice(device, "");
}

function csUnregister() {
  if (csVoice.deviceType === CS_BROWSER) unregister();
}
