// Sends the stored events on the present connection: in the order of their numbers, after the
// welcome said which ones the server has, and not so many at once that the server would hang up on
// a page that comes back with a long outage to tell of.

/** @typedef {import("./event-store.js").EventStore} EventStore */
/** @typedef {import("../phone/phone.js").PhoneEvent} PhoneEvent */

const UNDER_WAY = 50;

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
