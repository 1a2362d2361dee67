// The pretend VCC cloud's JsSIP: the part of the library's surface that the vendor's scripts use,
// over a pretend SIP of JSON messages on a websocket of its own. Written by us from the provider's
// contract; nothing of the library is in it. Served by the simulator only. Behind it the simulator
// serves fake_jssip_session.js and fake_jssip_customer.js as parts of the same script.

class JsSipEmitter {
  #listeners = new Map();

  on(name, todo) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), todo]);
    return this;
  }

  once(name, todo) {
    const only = (event) => {
      this.off(name, only);
      todo(event);
    };
    return this.on(name, only);
  }

  off(name, todo) {
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter((known) => known !== todo),
    );
    return this;
  }

  removeListener(name, todo) {
    return this.off(name, todo);
  }

  emit(name, event = {}) {
    for (const todo of this.#listeners.get(name) ?? []) todo(event);
  }
}

/**
 * SIP acknowledges and repeats: on a wire that loses, doubles and reorders messages, each is
 * handled once and in order.
 */
class JsSipWire {
  #next = 1;
  #early = new Map();

  constructor(url, { onopen, onclose, onmessage }) {
    this.socket = new WebSocket(url);
    this.socket.onopen = onopen;
    this.socket.onclose = onclose;
    this.socket.onmessage = ({ data }) => this.#arrived(JSON.parse(data), onmessage);
  }

  send(message) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  close() {
    this.socket.onclose = null;
    this.socket.close();
  }

  #arrived(message, onmessage) {
    if (message.n >= this.#next) this.#early.set(message.n, message);
    const ready = [];
    while (this.#early.has(this.#next)) {
      ready.push(this.#early.get(this.#next));
      this.#early.delete(this.#next++);
    }
    this.send({ method: "ACK", n: this.#next - 1 });
    ready.forEach(onmessage);
  }
}

class JsSipUA extends JsSipEmitter {
  sessions = new Map();
  #wire = null;
  #connected = false;
  #registered = false;
  #timer = null;

  constructor(configuration) {
    super();
    this.configuration = { register: true, connection_recovery_min_interval: 2, ...configuration };
  }

  start() {
    if (this.#wire) return;
    this.emit("connecting");
    this.#wire = new JsSipWire(this.configuration.sockets[0].url, {
      onopen: () => this.#opened(),
      onclose: () => this.#closed(),
      onmessage: (message) => this.#arrived(message),
    });
  }

  /** Ends all calls, as in the library. */
  stop() {
    clearTimeout(this.#timer);
    this.terminateSessions();
    this.unregister();
    this.#wire?.close();
    this.#wire = null;
    this.#connected = false;
  }

  register() {
    const { uri, password } = this.configuration;
    const sessions = [...this.sessions.values()];
    const answered = sessions.filter((session) => session.isEstablished()).map(({ id }) => id);
    this.send({ method: "REGISTER", uri, password, calls: sessions.map(({ id }) => id), answered });
  }

  unregister() {
    if (!this.#registered) return;
    this.send({ method: "UNREGISTER" });
    this.#gone();
  }

  isConnected() {
    return this.#connected;
  }

  isRegistered() {
    return this.#registered;
  }

  call(target, options = {}) {
    const session = new JsSipSession(this, {
      call: `leg-${Math.random().toString(36).slice(2)}`,
      user: target,
      direction: "outgoing",
    });
    this.#announce(session, "local");
    if (!session.isEnded()) void session.connect(options);
    return session;
  }

  terminateSessions(options) {
    for (const session of this.sessions.values()) session.terminate(options);
  }

  send(message) {
    this.#wire?.send(message);
  }

  #opened() {
    this.#connected = true;
    this.emit("connected");
    if (this.configuration.register) this.register();
  }

  #closed() {
    this.#connected = false;
    this.#wire = null;
    this.emit("disconnected");
    this.#gone();
    this.#timer = setTimeout(
      () => this.start(),
      this.configuration.connection_recovery_min_interval * 1000,
    );
  }

  #gone() {
    if (!this.#registered) return;
    this.#registered = false;
    this.emit("unregistered");
  }

  #arrived(message) {
    if (message.method === "REGISTERED") {
      this.#registered = true;
      this.emit("registered");
    } else if (message.method === "REFUSED") {
      this.#gone();
      this.emit("registrationFailed", {
        cause: "Rejected",
        response: { status_code: message.code },
      });
    } else if (message.method === "INVITE") {
      this.#invited(message);
    } else {
      this.sessions.get(message.call)?.arrived(message);
    }
  }

  #invited(message) {
    if (this.sessions.has(message.call)) return;
    this.#announce(new JsSipSession(this, { ...message, direction: "incoming" }), "remote");
  }

  #announce(session, originator) {
    this.sessions.set(session.id, session);
    this.emit("newRTCSession", { originator, session, request: { call_id: session.id } });
  }
}
