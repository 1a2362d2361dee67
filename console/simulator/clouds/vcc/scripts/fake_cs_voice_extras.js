// Functions of the pretend VCC cloud's SDK that the vendor's document does not name and its builds
// need not have. Switches leave them out.

if (csSwitches.undocumented) {
  Object.assign(window, {
    sendDTMF(digit) {
      if (csVoice.deviceType === CS_BROWSER) state.session?.sendDTMF(digit);
    },

    getTransferAgent() {
      if (csSwitches.transfer_inbound_only && csVoice.isCallout)
        csLog("getTransferAgent: inbound calls only");
      else csSend(CS_AGENTS, {});
    },

    csTransferCallAgent(ipphone) {
      const problem = !ipphone
        ? "NOT_CHOOSE_TYPE_TRANSFER"
        : !csVoice.isAnswering
          ? "NOT_IN_A_CALL"
          : "";
      if (problem) csGuarded(() => csTransferCallError(problem));
      else
        csSend(CS_TRANSFER_AGENT, { callId: csVoice.callInfo?.callId, ipphone: String(ipphone) });
    },

    csTransferCallAcd(queueId) {
      if (csVoice.isAnswering)
        csSend(CS_TRANSFER_ACD, { callId: csVoice.callInfo?.callId, queueId });
      else csGuarded(() => csTransferCallResponse("NOK"));
    },

    responseTransferAgent: csConsent,
    makeStatusOnline: () => csAskForStatus("Online"),
    makeStatusOffline: () => csAskForStatus("Offline"),
    isCsHasCall: () => csVoice.hasCall,
    isCsCallout: () => csVoice.isCallout,
    getCurrentCallId: () => csVoice.callInfo?.callId,
    getHotline: () => csVoice.callInfo?.line,
    getIvrSelection: () => csVoice.callInfo?.queueDescription ?? "",
    getExtension: () => csUser?.phone_no,
  });
}

if (csSwitches.undocumented && csSwitches.newest) {
  Object.assign(window, {
    transferSurvey: ({ id, sipurl }) =>
      csSend(CS_SURVEY, { callId: csVoice.callInfo?.callId, id, sipurl }),
  });
  Object.assign(csVoice, { getCalloutServices: () => csUser?.callout_services ?? [] });
}
