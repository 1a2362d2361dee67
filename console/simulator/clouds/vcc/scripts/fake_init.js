// The pretend VCC cloud's glue between its JsSIP and fake_cs_voice.js: the media leg of a browser.
// Written by us from the provider's contract, with the vendor's globals, order and oddities; served
// by the simulator only.

var ua = null;
var state = { session: null, status: "disconnected" };
var status = "disconnected";
var selfView = null;
var remoteView = null;
var sipRuns = false;

/** No STUN server is named, unlike the vendor's: both ends are in this page. */
const SIP_OPTIONS = {
  mediaConstraints: { audio: true, video: false },
  pcConfig: { iceServers: [] },
};

function register(extension, password, domain, socket) {
  if (sipRuns) {
    if (ua.isConnected() && !ua.isRegistered()) ua.register();
    return;
  }
  sipRuns = true;
  ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(socket)],
    uri: `sip:${extension}@${domain}`,
    password,
    session_timers: false,
  });
  ua.on("connected", () => sipStatus("connected"));
  ua.on("disconnected", () => sipStatus("disconnected"));
  ua.on("registered", () => sipStatus("registered"));
  for (const less of ["unregistered", "registrationFailed"])
    ua.on(less, () => sipStatus(ua.isConnected() ? "unregistered" : "disconnected"));
  ua.on("newRTCSession", ({ session }) => csGuarded(() => sipSession(session)));
  ua.start();
}

function unregister() {
  if (!sipRuns) return;
  sipRuns = false;
  ua.stop();
  sipStatus("disconnected");
}

/** Keeps the agent server awake; the answer is ignored. */
function ping() {
  csSend(CS_PING, {});
}

function sipStatus(word) {
  state.status = word;
  status = word;
}

/** A leg came, or the far end of ours rings: these scripts make no difference. */
function sipSession(session) {
  if (state.session && !csSwitches.second_session_overwrites) {
    session.terminate({ status_code: 486 });
    return;
  }
  state.session = session;
  session.on("accepted", () => csGuarded(() => sipAccepted(session)));
  for (const end of ["ended", "failed"]) session.on(end, () => csGuarded(() => sipOver()));
  if (session.direction === "outgoing")
    session.on("progress", () => csGuarded(() => sipRings(session)));
  else if (csVoice.callInfo && csVoice.isCallout) sipAgentLeg(session);
  else if (csSwitches.ring_first)
    setTimeout(() => session.isInProgress() && csGuarded(() => sipRings(session)), 200);
  else sipRings(session);
}

function sipAgentLeg(session) {
  sipAnswer(session);
  csCallRingingAgent();
}

/**
 * The new session replaces the agent server's information about the call, with its id and its
 * hotline.
 */
function sipRings(session) {
  const caller = session.remote_identity.uri.user;
  const callInfo = {
    callId: "",
    caller,
    callerName: session.remote_identity.display_name,
    line: "",
    callDirection: csDirectionOf(caller),
  };
  Object.assign(csVoice, CS_NEW_CALL, { callInfo });
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

/**
 * The agent's own leg of a placed call is up; the agent server reports the customer's answer later.
 */
function sipAccepted(session) {
  remoteView = document.getElementById("peer-video");
  remoteView.srcObject = session.connection.getRemoteStreams()[0];
  const placed = csVoice.callInfo && csVoice.isCallout;
  Object.assign(
    csVoice,
    { isRinging: false, isAnswering: true },
    csVoice.isCallout && { isConnectToAgent: false },
  );
  if (!placed) csAcceptCall();
}

function sipOver() {
  state.session = null;
  if (remoteView) remoteView.srcObject = null;
  csReset();
  csEndCall();
}
