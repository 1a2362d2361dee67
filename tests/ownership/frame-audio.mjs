// Stands in for frame-audio.js: no sound, and a microphone that says whether it may be opened.

export class FrameAudio {
  microphone = { state: "ok", closed: () => false };
  media = {};
  ringtone = { audible: true, wake() {} };
  levels = { show() {} };
  readings = {};
  choose() {}
  async begin() {}
  beforeCommand() {}
  afterCommand() {}
  ringback() {}
  onProviderEvent({ type, call }, mayRing) {
    if (type === "ringing" && mayRing) globalThis.rang(call);
  }
}
