// Facts wait here until the server has them: numbered per client, kept through a reload, sent again
// in order with the same number.

/** @typedef {import("../phone/phone.js").PhoneEvent} PhoneEvent */
/** @typedef {{n: number, epoch: number, event: PhoneEvent}} StoredEvent */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage */

// The server hangs up on a page that sends more at once.
const UNDER_WAY = 50;

/**
 * Storage for where the browser refuses its own (a third-party frame, a full disk): good until the
 * page is gone.
 */
export class MemoryStorage {
  /** @type {Map<string, string>} */
  #texts = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.#texts.get(key) ?? null;
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    this.#texts.set(key, text);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#texts.delete(key);
  }
}

/**
 * @param {() => Storage} open reading `window.sessionStorage` itself throws where storage is
 *   refused
 * @returns {TextStorage}
 */
export function storageOrMemory(open) {
  try {
    const storage = open();
    storage.setItem("console.probe", "1");
    storage.removeItem("console.probe");
    return storage;
  } catch {
    return new MemoryStorage();
  }
}

export class EventStore {
  /** @param {TextStorage} storage @param {string} client */
  constructor(storage, client) {
    this.storage = storage;
    this.key = `console.events.${client}`;
    /** @type {StoredEvent[]} */
    this.events = [];
    this.last = 0;
    this.#load();
  }

  /**
   * @param {PhoneEvent} event
   * @param {number} epoch the one under which its phone was started
   * @returns {StoredEvent}
   */
  add(event, epoch) {
    const stored = { n: (this.last += 1), epoch, event };
    this.events.push(stored);
    this.#save();
    return stored;
  }

  /** @param {number} n the server has everything up to here */
  ack(n) {
    // A page whose storage was lost must not give a number twice: the server would take the new
    // fact for a repetition.
    this.last = Math.max(this.last, n);
    this.events = this.events.filter((stored) => stored.n > n);
    this.#save();
  }

  /**
   * @param {number} bytes
   * @returns {StoredEvent[]} the first ones, as many as fit: a later fact must not overtake an
   *   earlier one
   */
  fitting(bytes) {
    let size = 0;
    const over = this.events.findIndex(
      (stored) => (size += new TextEncoder().encode(JSON.stringify(stored)).length + 1) > bytes,
    );
    return over < 0 ? this.events : this.events.slice(0, over);
  }

  forget() {
    this.events = [];
    this.storage.removeItem(this.key);
  }

  #load() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key) ?? "{}");
      this.events = Array.isArray(kept.events) ? kept.events : [];
      this.last = Math.max(Number(kept.last) || 0, ...this.events.map((stored) => stored.n));
    } catch {
      this.events = [];
    }
  }

  #save() {
    try {
      this.storage.setItem(this.key, JSON.stringify({ last: this.last, events: this.events }));
    } catch {
      // Full: what is in memory is still sent, only a reload would lose it.
    }
  }
}

/**
 * Sends the stored events on the present connection, in the order of their numbers, after the
 * welcome has named the ones that the server has.
 */
export class EventSender {
  /** The last number sent on this connection; null before its welcome. @type {number | null} */
  #sent = null;

  /**
   * @param {() => EventStore} store
   * @param {(type: string, fields: Record<string, unknown>) => boolean} send
   */
  constructor(store, send) {
    this.store = store;
    this.send = send;
  }

  disconnected() {
    this.#sent = null;
  }

  /** @param {number} n the highest number that the server keeps from us */
  welcome(n) {
    this.#sent = n;
    this.ack(n);
  }

  /** @param {number} n */
  ack(n) {
    this.store().ack(n);
    this.#flush();
  }

  /** @param {PhoneEvent} event @param {number} epoch */
  add(event, epoch) {
    this.store().add(event, epoch);
    this.#flush();
  }

  #flush() {
    for (const stored of this.store().events.slice(0, UNDER_WAY)) {
      if (this.#sent === null) return;
      if (stored.n <= this.#sent) continue;
      if (!this.send("phone.event", stored)) return;
      this.#sent = stored.n;
    }
  }
}
