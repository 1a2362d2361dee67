// The globals of VCC's scripts, as far as the contract needs them: the agent is signed in at once,
// one customer calls, and every number that is dialled is busy.

const NO_CALL = {
  hasCall: false,
  isRinging: false,
  isAnswering: false,
  isCallout: false,
  isHold: false,
  isMute: false,
  callInfo: null,
};
let registered = true;

const over = () => {
  Object.assign(csVoice, NO_CALL);
  csEndCall();
};

Object.assign(globalThis, {
  csVoice: { callStatus: "Online", enableVoice: true, deviceType: 1, ...NO_CALL },
  state: { session: null },
  ua: { isRegistered: () => registered, start() {}, stop() {} },
  csInit() {
    csShowCallStatus("Online");
    csShowEnableVoice(true);
    csShowDeviceType(1);
    csInitComplete();
  },
  csEnableCall: () => csShowEnableVoice(true),
  changeCallStatus: () => csShowCallStatus("Online"),
  changeDevice: (type) => csShowDeviceType(type),
  reConfigDeviceType: () => csShowDeviceType(1),
  csUnregister: () => (registered = false),
  csCallout(number) {
    showCalloutInfo(number);
    setTimeout(() => showCalloutError("IPCC_NOT_CONNECT_CUSTOMER", 486));
  },
  onAcceptCall() {},
  endCall: () => setTimeout(over),
  holdCall() {},
  muteCall() {},
  vendor: {
    rings(number) {
      const callInfo = { callId: "1", caller: number, callDirection: 1 };
      Object.assign(csVoice, { hasCall: true, isRinging: true, callInfo });
      csCallRinging(number);
      csCurrentCallId("1");
    },
    callerLeaves: over,
  },
});
