// Of the pretend JsSIP: the customer, a second real RTCPeerConnection in the same page, who hears
// the agent and hums.

const HUM = [
  { frequency: 140, gain: 0.12 },
  { frequency: 280, gain: 0.06 },
  { frequency: 620, gain: 0.03 },
];
const SYLLABLES_A_SECOND = 3.2;
const SWING = 0.5;
// the agent must not hear herself, and what is played at no volume at all counts as not heard
const WHISPER = 0.001;

/**
 * Something between a voice and a hum: soft, and never quite the same, so that a listener knows
 * that it is live.
 */
class PretendVoice {
  constructor() {
    this.context = new AudioContext();
    this.output = this.context.createMediaStreamDestination();
    this.mouth = this.context.createGain();
    this.mouth.gain.value = 0;
    this.mouth.connect(this.output);
    this.throat = this.context.createGain();
    this.throat.gain.value = SWING;
    this.throat.connect(this.mouth);
    for (const part of HUM) this.#oscillator(part.frequency, part.gain).connect(this.throat);
    this.#oscillator(SYLLABLES_A_SECOND, SWING).connect(this.throat.gain);
    this.#wake();
  }

  get stream() {
    return this.output.stream;
  }

  speak(on) {
    this.mouth.gain.setTargetAtTime(on ? 1 : 0, this.context.currentTime, 0.03);
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
   * A page that nobody has touched yet makes no sound; the frame around it may be touched any
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
   * The last thing asked of the sound: what is still under way when the call ends comes to nothing.
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

  /** Muted at the exchange: what the agent says arrives there and goes no further. */
  listen(on) {
    for (const { track } of this.connection.getReceivers()) track.enabled = on;
  }

  /**
   * As an exchange holds: it takes nothing any more, and sends nothing. Offered as inactive, the
   * agent's stream would lose its track.
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
   * A candidate may be told before the description it belongs to: the other one is asked in its
   * turn.
   */
  #link(from, to) {
    from.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate && !this.#closed) void this.#tellCandidate(to, candidate);
    });
  }

  async #tellCandidate(to, candidate) {
    while (!this.#closed && !to.remoteDescription)
      await new Promise((resolve) => setTimeout(resolve, 20));
    // the call ended meanwhile
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
