// The holder's own fence. The server may give the lease to another client after a time
// without a message. The holder stops by itself before that, counting from the moment when it read
// the ping that its last received pong answered.

const REMEMBERED_PINGS = 32;

/** @typedef {{wall: number, monotonic: number}} Moment */

export class Fence {
  /**
   * @param {number} fenceMs
   * @param {{wall: () => number, monotonic: () => number}} [clocks]
   */
  constructor(fenceMs, clocks = { wall: () => Date.now(), monotonic: () => performance.now() }) {
    this.fenceMs = fenceMs;
    this.clocks = clocks;
    /** @type {Map<number, Moment>} */
    this.read = new Map();
    /** The time of our last message that the server surely received. */
    this.heard = this.#moment();
    /** The same, of the last time that it called the lease ours. */
    this.confirmed = this.heard;
    /** The oldest question that is not answered yet. @type {Moment | undefined} */
    this.question = undefined;
    // The server may give the lease away until it has reported that there are no peers.
    this.others = true;
    /** Whether it was closed when last asked. */
    this.wasClosed = false;
  }

  /** A new connection counts its pings from the start, and begins with a question: hello. */
  connected() {
    this.read.clear();
    this.question = this.#moment();
  }

  /** The next answer is taken for that of the oldest open question. */
  noteQuestion() {
    this.question ??= this.#moment();
  }

  /** Welcome, granted or denied: the server has received our question. */
  noteAnswer() {
    if (this.question) this.heard = this.question;
    this.question = undefined;
  }

  /**
   * A lease may also come unrequested; then only the server's last receipt from us is known.
   */
  granted() {
    this.noteAnswer();
    this.#confirm();
  }

  /**
   * @param {{n: number, heard: number, others: boolean}} ping
   * @param {boolean} mine whether the server names us as the holder
   */
  ping({ n, heard, others }, mine) {
    this.read.set(n, this.#moment());
    if (this.read.size > REMEMBERED_PINGS) this.read.delete(this.read.keys().next().value ?? n);
    this.heard = this.read.get(heard) ?? this.heard;
    if (!mine) return;
    this.others = others;
    this.#confirm();
  }

  /**
   * How long the server may have thought us gone: of the two clocks one stops while a machine
   * sleeps and the other can be set.
   */
  silentMs() {
    const now = this.#moment();
    return Math.max(now.wall - this.confirmed.wall, now.monotonic - this.confirmed.monotonic);
  }

  /**
   * A closed fence opens by a confirmation alone: a late ping may still report that there are no
   * peers.
   */
  get closed() {
    this.wasClosed = this.silentMs() >= this.fenceMs && (this.others || this.wasClosed);
    return this.wasClosed;
  }

  #confirm() {
    if (this.heard.monotonic >= this.confirmed.monotonic) this.confirmed = this.heard;
  }

  /** @returns {Moment} */
  #moment() {
    return { wall: this.clocks.wall(), monotonic: this.clocks.monotonic() };
  }
}
