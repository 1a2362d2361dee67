// The parts of a browser that the fake VCC scripts use, without network and sound.

export class FakeSocket {
  readyState = 0;
  sent = [];

  constructor(url) {
    this.url = url;
    this.constructor.all.push(this);
  }

  /** As sockets do: too early throws, too late is lost. */
  send(text) {
    if (this.readyState === 0)
      throw new DOMException("Still in CONNECTING state", "InvalidStateError");
    if (this.readyState === 1) this.sent.push(JSON.parse(text));
  }

  opens() {
    this.readyState = 1;
    this.onopen?.();
  }

  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  close() {
    this.readyState = 3;
  }

  drops() {
    this.readyState = 3;
    this.onclose?.({ code: 1006 });
  }
}

export class FakeTrack {
  kind = "audio";
  enabled = true;
  readyState = "live";
  stop() {
    this.readyState = "ended";
  }
}

export class FakeStream {
  constructor(tracks = [new FakeTrack()]) {
    this.tracks = tracks;
  }

  getTracks() {
    return this.tracks;
  }
}

/** Descriptions are exchanged; audio is not. */
export class FakeConnection extends EventTarget {
  transceivers = [
    {
      direction: "sendrecv",
      sender: { replaceTrack: async (track) => void (this.sends = track !== null) },
    },
  ];
  senders = [];
  sends = true;
  localDescription = null;
  remoteDescription = null;
  closed = false;
  addTrack(track) {
    this.senders.push({ track });
  }
  getSenders() {
    return this.senders;
  }
  getReceivers() {
    return [{ track: new FakeTrack() }];
  }
  getTransceivers() {
    return this.transceivers;
  }
  getRemoteStreams() {
    return [(this.remote ??= new FakeStream())];
  }
  async createOffer() {
    return { type: "offer", directions: this.transceivers.map(({ direction }) => direction) };
  }
  async createAnswer() {
    return { type: "answer" };
  }
  async setLocalDescription(description) {
    this.localDescription = description;
  }
  async setRemoteDescription(description) {
    this.remoteDescription = description;
  }
  async addIceCandidate() {}
  close() {
    this.closed = true;
  }
}

const node = () => ({
  gain: { value: 0, setTargetAtTime() {} },
  frequency: { value: 0 },
  connect() {},
  start() {},
  stream: new FakeStream(),
});

export class FakeAudioContext {
  state = "running";
  createOscillator = node;
  createGain = node;
  createMediaStreamDestination = node;
  async close() {}
}
