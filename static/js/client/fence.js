// The holder's own fence (design 5). The server may give the lease to a client elsewhere once it
// has heard nothing for long enough; the holder stops by itself before that, counting from the
// moment it read the ping which its last heard pong answered.

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
    this.shut = false;
  }

  /** A new connection counts its pings anew, and begins with a question: hello. */
  connected() {
    this.read.clear();
    this.question = this.#moment();
  }

  /** The next answer is taken for that of the oldest open question. */
  asked() {
    this.question ??= this.#moment();
  }

  /** Welcome, granted or denied: the server heard what we asked. */
  answered() {
    if (this.question) this.heard = this.question;
    this.question = undefined;
  }

  /**
   * A lease may also come unasked: then all that is known is when the server last heard us at all.
   */
  granted() {
    this.answered();
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
   * Once closed it opens by a confirmation alone: a ping that was long on its way may still say
   * that nobody else stands by.
   */
  get closed() {
    this.shut = this.silentMs() >= this.fenceMs && (this.others || this.shut);
    return this.shut;
  }

  #confirm() {
    if (this.heard.monotonic >= this.confirmed.monotonic) this.confirmed = this.heard;
  }

  /** @returns {Moment} */
  #moment() {
    return { wall: this.clocks.wall(), monotonic: this.clocks.monotonic() };
  }
}
