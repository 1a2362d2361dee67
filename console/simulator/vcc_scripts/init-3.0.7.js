// The pretend VCC cloud's glue between its JsSIP and cs_voice.js: the media leg of a browser. Written by us from the provider's contract,
// with the vendor's globals, order and oddities; served by the simulator only.

var ua = null;
var state = { session: null, status: "unregistered" };
var status = "unregistered";
var selfView = null;
var remoteView = null;
var sipRuns = false;

/** No STUN server is named, unlike the vendor's: both ends are in this page. */
const SIP_OPTIONS = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

function register(extension, password, domain, socket) {
  if (sipRuns) {
    if (ua.isConnected() && !ua.isRegistered()) ua.register();
    return;
  }
  sipRuns = true;
  ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(socket)], uri: `sip:${extension}@${domain}`, password, session_timers: false });
  ua.on("registered", () => sipStatus("registered"));
  ua.on("unregistered", () => sipStatus("unregistered"));
  ua.on("registrationFailed", () => sipStatus("registrationFailed"));
  ua.on("newRTCSession", ({ session }) => csGuarded(() => sipSession(session)));
  ua.start();
}

function unregister() {
  if (!sipRuns) return;
  sipRuns = false;
  ua.stop();
  sipStatus("unregistered");
}

/** Keeps the agent server awake. */
function ping() {
  csSend(CS_PING, { ...csKnown(), sent: csPush.sent });
}

function sipStatus(word) {
  state.status = word;
  status = word;
}

/** A leg came, or one of ours began: to these scripts both ring. */
function sipSession(session) {
  if (state.session && !csSwitches.second_session_overwrites) {
    session.terminate({ status_code: 486 });
    return;
  }
  state.session = session;
  session.on("accepted", () => csGuarded(() => sipAccepted(session)));
  for (const end of ["ended", "failed"]) session.on(end, () => csGuarded(() => sipOver(session)));
  if (csVoice.isCallout) sipAgentLeg(session);
  else sipRings(session);
}

function sipAgentLeg(session) {
  sipAnswer(session);
  csCallRingingAgent();
}

/** What the agent server has told of the call is replaced, its id with it. */
function sipRings(session) {
  const caller = session.remote_identity.uri.user;
  csVoice.callInfo = { callId: "", caller, callerName: session.remote_identity.display_name, callDirection: csDirectionOf(caller) };
  Object.assign(csVoice, { hasCall: true, isRinging: true });
  csCallRinging(caller);
}

function csDirectionOf(number) {
  return /^[1-9]\d{0,6}$/.test(number) ? CS_INTERNAL : CS_INBOUND;
}

/** Without its video element this throws, as with the vendor. */
function sipAnswer(session) {
  selfView = document.getElementById("my-video");
  remoteView = document.getElementById("peer-video");
  remoteView.volume = 1;
  session.answer(SIP_OPTIONS);
}

function sipAccepted(session) {
  remoteView = document.getElementById("peer-video");
  remoteView.srcObject = session.connection.getRemoteStreams()[0];
  if (csVoice.isCallout) return;
  Object.assign(csVoice, { isRinging: false, isAnswering: true });
  csAcceptCall();
}

function sipOver(session) {
  if (state.session !== session) return;
  state.session = null;
  if (remoteView) remoteView.srcObject = null;
  csReset(csVoice.isRinging && !csVoice.isCallout);
  csEndCall();
}
