// One call of the pretend JsSIP, with a real RTCPeerConnection.

const JSSIP_CAUSES = {
  480: "Unavailable",
  486: "Busy",
  487: "Canceled",
  404: "Not Found",
  408: "Request Timeout",
  603: "Rejected",
};

class JsSipSession extends JsSipEmitter {
  /**
   * Made when the call is answered or begun, not when it rings.
   * @type {RTCPeerConnection | null}
   */
  connection = null;
  /** The far end, in the same page: ours, not the library's. @type {PretendCustomer | null} */
  pretendCustomer = null;
  start_time = null;
  end_time = null;
  data = {};
  #state = "ringing";
  #muted = false;
  #held = false;
  #microphone = true;
  /** Nobody speaks yet: the agent's own leg of a call to a customer. */
  #quiet = false;
  /** Changes of the sound run one after another. */
  #changing = Promise.resolve();
  #stream = null;

  constructor(ua, { call, user, direction, microphone = true, quiet = false }) {
    super();
    this.ua = ua;
    this.id = call;
    this.direction = direction;
    this.remote_identity = { uri: { user }, display_name: user };
    this.#microphone = microphone;
    this.#quiet = quiet;
  }

  isInProgress = () => this.#state === "ringing";
  isEstablished = () => this.#state === "talking";
  isEnded = () => this.#state === "ended";
  isMuted = () => ({ audio: this.#muted, video: false });
  isOnHold = () => ({ local: false, remote: this.#held });

  answer({ mediaConstraints = { audio: true }, pcConfig = {} } = {}) {
    if (this.direction !== "incoming" || this.#state !== "ringing")
      throw new Error("Invalid status");
    this.#state = "answering";
    return this.#open(mediaConstraints, pcConfig, () => {
      this.ua.send({ method: "ANSWER", call: this.id });
      this.#talk("local");
    });
  }

  connect({ mediaConstraints = { audio: true }, pcConfig = {} }) {
    if (!this.ua.isConnected()) return this.#over("system", "Connection Error");
    return this.#open(mediaConstraints, pcConfig, () => {
      this.ua.send({ method: "INVITE", call: this.id, user: this.remote_identity.uri.user });
      this.emit("sending");
    });
  }

  terminate({ status_code: code = 480 } = {}) {
    if (this.#state === "ended") throw new Error("Invalid status");
    const rang = this.direction === "incoming" && this.#state !== "talking";
    if (rang) this.ua.send({ method: "REJECT", call: this.id, code });
    else this.ua.send({ method: this.#state === "talking" ? "BYE" : "CANCEL", call: this.id });
    this.#over(
      "local",
      rang
        ? (JSSIP_CAUSES[code] ?? "Rejected")
        : this.#state === "talking"
          ? "Terminated"
          : "Canceled",
    );
  }

  mute() {
    this.#setMuted(true);
  }

  unmute() {
    this.#setMuted(false);
  }

  sendDTMF(tones) {
    if (this.#state !== "talking") throw new Error("Invalid status");
    this.ua.send({ method: "DTMF", call: this.id, tones: String(tones) });
    this.emit("newDTMF", { originator: "local" });
  }

  /** Handles the exchange's messages about this call. */
  arrived({ method, code, on }) {
    if (method === "RINGING") this.emit("progress", { originator: "remote" });
    else if (method === "ACCEPTED" && this.#state === "ringing") this.#talk("remote");
    else if (method === "CONFIRMED") this.emit("confirmed", { originator: "remote" });
    else if (method === "HOLD") this.#change(() => this.#hold(on));
    else if (method === "HEARD") this.#change(async () => this.pretendCustomer?.listen(on));
    else if (method === "SPEAK") this.#change(async () => this.#speaks());
    else if (method === "BYE" || method === "FAILED") this.#over("remote", this.#causeOf(code));
  }

  #causeOf(code) {
    return this.#state === "talking" ? "Terminated" : (JSSIP_CAUSES[code] ?? "Canceled");
  }

  async #open(constraints, pcConfig, then) {
    this.connection = new RTCPeerConnection(pcConfig);
    this.emit("peerconnection", { peerconnection: this.connection });
    try {
      this.#stream = await this.#askForMicrophone(constraints);
    } catch (error) {
      if (this.#state === "ended") return;
      this.emit("getusermediafailed", error);
      if (this.direction === "incoming")
        this.ua.send({ method: "REJECT", call: this.id, code: 480 });
      this.#over("local", "User Denied Media Access");
      return;
    }
    if (this.#state === "ended") return this.#stopMicrophone();
    for (const track of this.#stream.getTracks()) this.connection.addTrack(track, this.#stream);
    this.pretendCustomer = new PretendCustomer(this.connection);
    await this.pretendCustomer.connect();
    if (this.#state !== "ended") then();
  }

  #askForMicrophone(constraints) {
    if (!this.#microphone)
      return Promise.reject(new DOMException("Requested device not found", "NotFoundError"));
    return navigator.mediaDevices.getUserMedia(constraints);
  }

  #talk(originator) {
    this.#state = "talking";
    this.start_time = new Date();
    this.pretendCustomer?.speak(!this.#quiet);
    this.emit("accepted", { originator });
  }

  #speaks() {
    this.#quiet = false;
    this.pretendCustomer?.speak(true);
  }

  async #hold(on) {
    if (this.#state === "ended" || on === this.#held) return;
    this.#held = on;
    await this.pretendCustomer?.hold(on);
    this.emit(on ? "hold" : "unhold", { originator: "remote" });
  }

  #change(todo) {
    this.#changing = this.#changing
      .then(() => (this.#state === "ended" ? undefined : todo()))
      .catch((error) => console.error("jssip", error));
  }

  #setMuted(muted) {
    if (muted === this.#muted) return;
    this.#muted = muted;
    for (const { track } of this.connection?.getSenders() ?? []) if (track) track.enabled = !muted;
    this.emit(muted ? "muted" : "unmuted", { audio: true, video: false });
  }

  #over(originator, cause) {
    const event = this.#state === "talking" ? "ended" : "failed";
    this.#state = "ended";
    this.end_time = new Date();
    this.ua.sessions.delete(this.id);
    this.pretendCustomer?.close();
    this.#stopMicrophone();
    this.connection?.close();
    this.emit(event, { originator, cause, message: null });
  }

  #stopMicrophone() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }
}
