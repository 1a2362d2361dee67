// A page as the vendor's document describes it: it records the callbacks.

const CALLBACKS = `
  csCallRinging csAcceptCall csEndCall csMuteCall csUnMuteCall csHoldCall csUnHoldCall
  showCalloutInfo showCalloutError csShowEnableVoice csShowCallStatus csCustomerAccept
  csShowDeviceType csCurrentCallId csInitComplete csInitError csCallRingingAgent
  csListTransferAgent csTransferCallError csTransferCallSuccess csNewCallTransferRequest
  csTransferCallResponse csTransferSurveyResponse csNotifyReconnecting csOndisconnected`;
const SCRIPTS = [
  "jquery.min.js",
  "jssip-3.2.10.js",
  "init-3.0.7.js",
  "web.push.js",
  "cs_const.js",
  "cs_voice.js",
];

const heard = [];
for (const name of CALLBACKS.trim().split(/\s+/))
  window[name] = (...args) => void heard.push([name, ...args]);

/** Loads the scripts in the document's order, and begins. */
async function begin(base, token, switches) {
  window.csSwitches = switches;
  for (const name of SCRIPTS) await load(`${base}/js/embed/${name}`);
  csInit(token, "demo");
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), {
      src: address,
      onload: resolve,
      onerror: reject,
    });
    document.head.append(script);
  });
}

/** The packets and energy received so far by the agent and by the customer. */
async function received() {
  const { connection, pretendCustomer } = state.session;
  return { agent: await inbound(connection), customer: await inbound(pretendCustomer.connection) };
}

async function inbound(connection) {
  const reports = [...(await connection.getStats()).values()].filter(
    ({ type }) => type === "inbound-rtp",
  );
  const sum = (field) => reports.reduce((total, report) => total + (report[field] ?? 0), 0);
  return { packets: sum("packetsReceived"), energy: sum("totalAudioEnergy") };
}

/** The peak of the sound that #peer-video plays within 1.5 s. */
async function loudness() {
  const context = new AudioContext();
  const [meter, samples] = [new AnalyserNode(context), new Float32Array(2048)];
  context.createMediaStreamSource(document.getElementById("peer-video").srcObject).connect(meter);
  let peak = 0;
  for (
    const end = performance.now() + 1500;
    performance.now() < end;
    await new Promise((resolve) => setTimeout(resolve, 20))
  ) {
    meter.getFloatTimeDomainData(samples);
    peak = Math.max(peak, ...samples.map(Math.abs));
  }
  await context.close();
  return peak;
}
