// The pretend VCC cloud's constants: the messages of the agent server and the scripts. The numbers
// are our own, except for the ping's. Written by us from the provider's contract; served by the
// simulator only, which adds its own switches at the end.

var CS_PING = 11111111;

var CS_LOGIN = 10000001;
var CS_VOICE = 10000002;
var CS_STATUS = 10000003;
var CS_DEVICE = 10000004;

var CS_RING = 20000001;
var CS_AGENT_ANSWER = 20000002;
var CS_CALL_END = 20000003;
var CS_CALLOUT = 20000004;
var CS_HOLD = 20000005;
var CS_MUTE = 20000006;
var CS_CALL_ERROR = 20000007;

var CS_AGENTS = 30000001;
var CS_TRANSFER_AGENT = 30000002;
var CS_TRANSFER_ACD = 30000003;
var CS_TRANSFER_ASKED = 30000004;
var CS_TRANSFER_RESPONSE = 30000005;
var CS_TRANSFER_SUCCESS = 30000006;
var CS_TRANSFER_ERROR = 30000007;
var CS_SURVEY = 30000008;

var CS_INBOUND = 1;
var CS_OUTBOUND = 2;
var CS_INTERNAL = 3;

var CS_BROWSER = 1;
var CS_GSM = 3;

/** The address of this script's cloud: http://host/vcc/js/embed/cs_const.js → http://host/vcc. */
var API_SERVER = /** @type {HTMLScriptElement} */ (document.currentScript).src.replace(
  /\/js\/embed\/[^/]*$/,
  "",
);

/**
 * The differences between the builds of this family. A page may set `csSwitches` before; the
 * simulator's settings override both.
 */
var csSwitches = {
  undocumented: true, // transfers, DTMF, readers, absolute presence: absent from old builds
  newest: true, // hotlines to choose from, surveys: only in the newest
  forced_browser: true, // a new voice owner is put on the browser
  forced_after_ms: 0, // the time that the request to do so takes
  // csInit's request for the device waits for the socket; otherwise it is too early and lost
  reconfig_arrives: false,
  customer_ringing: true, // csCallRinging also when a customer is rung
  ring_twice: false, // the agent server's ring message also fires csCallRinging in a browser
  ring_first: false, // the agent server's ring message comes before the SIP session
  unchanged_device_silent: false, // no callback when the device did not change
  gsm_reported_as: 3, // the device type of a mobile in csShowDeviceType
  callout_needs_voice: true, // without the voice csCallout makes no callback
  callout_in_call: false, // csCallout asks the server also during a call
  // endCall before the agent's own leg has come sends nothing, and the leg then rings
  early_end_ignored: true,
  stuck_callout: false, // isCallout stays true after an outbound call
  transfer_inbound_only: false, // getTransferAgent does nothing on outbound calls
  stray_nok: true, // csTransferCallResponse("NOK") right after a transfer request: a missing break
  loser_leaves: false, // the loser of the voice leaves the agent server and forgets everything
  second_session_overwrites: false, // instead of answering it with 486
  sip_code_text: false, // the SIP code of an error as text
  refused_login: "told", // on the socket: told (csInitError), silent, or closed (and tried again)
  // csNotifyReconnecting with the next attempt, not when the socket is lost
  reconnecting_late: false,
  retry_before_login: false, // a socket that breaks before the first login is tried again
  retry_ms: 10000,
  retry_total: 20,
  ping_ms: 10000,
  ...(typeof csSwitches === "object" ? csSwitches : {}),
};
