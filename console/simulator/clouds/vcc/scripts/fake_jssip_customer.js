// The customer of the pretend JsSIP: a second real RTCPeerConnection in the same page, which
// receives the agent and hums.

const HUM = [
  { frequency: 140, gain: 0.12 },
  { frequency: 280, gain: 0.06 },
  { frequency: 620, gain: 0.03 },
];
const SYLLABLES_A_SECOND = 3.2;
const SWING = 0.5;
// agents must not hear themselves, but audio at volume 0 counts as not played
const WHISPER = 0.001;

/**
 * Something between a voice and a hum: soft, and never quite the same, so that a listener knows
 * that it is live.
 */
class PretendVoice {
  constructor() {
    this.context = new AudioContext();
    this.output = this.context.createMediaStreamDestination();
    this.voiceGain = this.context.createGain();
    this.voiceGain.gain.value = 0;
    this.voiceGain.connect(this.output);
    this.modulation = this.context.createGain();
    this.modulation.gain.value = SWING;
    this.modulation.connect(this.voiceGain);
    for (const part of HUM) this.#oscillator(part.frequency, part.gain).connect(this.modulation);
    this.#oscillator(SYLLABLES_A_SECOND, SWING).connect(this.modulation.gain);
    this.#wake();
  }

  get stream() {
    return this.output.stream;
  }

  speak(on) {
    this.voiceGain.gain.setTargetAtTime(on ? 1 : 0, this.context.currentTime, 0.03);
  }

  close() {
    clearInterval(this.timer);
    void this.context.close();
  }

  #oscillator(frequency, level) {
    const [oscillator, gain] = [this.context.createOscillator(), this.context.createGain()];
    oscillator.frequency.value = frequency;
    gain.gain.value = level;
    oscillator.connect(gain);
    oscillator.start();
    return gain;
  }

  /**
   * A page that nobody has touched yet makes no sound; the frame around it may be touched at any
   * moment.
   */
  #wake() {
    const tryIt = () =>
      void (this.context.state === "suspended" && this.context.resume().catch(() => {}));
    this.timer = setInterval(tryIt, 500);
    tryIt();
  }
}

class PretendCustomer {
  /**
   * True once the call has ended: changes of the sound that are still under way then do nothing.
   */
  #closed = false;

  /** @param {RTCPeerConnection} agent */
  constructor(agent) {
    this.agent = agent;
    this.connection = new RTCPeerConnection();
    this.voice = new PretendVoice();
    this.ear = new Audio();
    this.ear.volume = WHISPER;
    this.#link(agent, this.connection);
    this.#link(this.connection, agent);
    this.connection.addEventListener("track", ({ track }) => this.#hear(new MediaStream([track])));
    for (const track of this.voice.stream.getTracks())
      this.connection.addTrack(track, this.voice.stream);
  }

  connect() {
    return this.#offer();
  }

  speak(on) {
    this.voice.speak(on);
  }

  /** Muted at the exchange: the agent's sound arrives there and goes no further. */
  listen(on) {
    for (const { track } of this.connection.getReceivers()) track.enabled = on;
  }

  /**
   * Holds as an exchange does: it receives and sends nothing. Offered as inactive, the agent's
   * stream would lose its track.
   */
  async hold(on) {
    const [voice] = this.voice.stream.getTracks();
    for (const transceiver of this.connection.getTransceivers()) {
      transceiver.direction = on ? "sendonly" : "sendrecv";
      await transceiver.sender.replaceTrack(on ? null : voice);
    }
    await this.#offer();
  }

  close() {
    this.#closed = true;
    this.ear.srcObject = null;
    this.voice.close();
    this.connection.close();
  }

  async #offer() {
    try {
      await this.connection.setLocalDescription(await this.connection.createOffer());
      await this.agent.setRemoteDescription(this.connection.localDescription);
      await this.agent.setLocalDescription(await this.agent.createAnswer());
      await this.connection.setRemoteDescription(this.agent.localDescription);
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  /**
   * A candidate may arrive before its description, and waits for it.
   */
  #link(from, to) {
    from.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate && !this.#closed) void this.#addCandidate(to, candidate);
    });
  }

  async #addCandidate(to, candidate) {
    while (!this.#closed && !to.remoteDescription)
      await new Promise((resolve) => setTimeout(resolve, 20));
    // the call may have ended meanwhile
    if (!this.#closed) await to.addIceCandidate(candidate).catch(() => {});
  }

  #hear(stream) {
    this.ear.srcObject = stream;
    this.ear.play().catch(() => {}); // replaced or ended meanwhile
  }
}

class JsSipWebSocketInterface {
  constructor(url) {
    this.url = url;
  }
}

var JsSIP = {
  version: "3.2.10",
  UA: JsSipUA,
  WebSocketInterface: JsSipWebSocketInterface,
  C: { causes: JSSIP_CAUSES },
  debug: { enable() {}, disable() {} },
};
