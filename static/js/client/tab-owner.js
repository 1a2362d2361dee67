// Decides whether this document owns the agent's phone. The objects in its options carry
// out the decisions.
//
//   none (nobody, or not known) ──claim──▶ granted ──▶ owner ⇄ fenced
//                                          denied ───▶ follower ──takeOver──▶ taking
//   taking ──granted──▶ owner
//   owner, fenced ──revoked, stolen, stale, denied──▶ phones hand over ──▶ follower or none
//
// A lost lease never ends a conversation: the phone takes no new call and keeps the one it has.
// Only a person ends it.

/** @typedef {import("./fence.js").Fence} Fence */
/** @typedef {import("../phone/phone.js").StopReason} StopReason */
/**
 * @typedef {object} Holder
 * @property {string} [client]
 * @property {string} [browser]
 * @property {string} [place]
 * @property {number} [since]
 * @property {boolean} [on_call]
 * @property {string} [why]
 */
/** @typedef {"none" | "follower" | "taking" | "owner" | "fenced"} OwnerState */
/** @typedef {{state: OwnerState, epoch: number, holder: Holder | null}} Ownership */

/**
 * @typedef {object} OwnedPhones
 * @property {(epoch: number, steal: boolean) => unknown} start steal: a person has taken them over
 * @property {() => Promise<void>} handOver a call in progress goes on
 * @property {(reason: StopReason) => Promise<void>} stop with its calls
 * @property {(on: boolean) => void} fence
 */

/**
 * @typedef {object} OwnerOptions
 * @property {Fence} fence
 * @property {(type: string, fields: Record<string, unknown>) => boolean} send false offline
 * @property {OwnedPhones} phones
 * @property {(ownership: Ownership) => void} onchange
 */

const TAKE_OVER_MS = 10_000;

export class TabOwner {
  #stopping = Promise.resolve();
  #steal = false;
  #askedAt = 0;
  #handingOver = false;

  client = "";

  /** @param {OwnerOptions} options */
  constructor({ fence, send, phones, onchange }) {
    this.fence = fence;
    this.send = send;
    this.phones = phones;
    this.onchange = onchange;
    /** @type {OwnerState} */
    this.state = "none";
    this.held = 0;
    this.known = 0;
    /** @type {Holder | null} */
    this.holder = null;
  }

  /** The epoch that a command carries: ours, or the last one that we know. */
  get epoch() {
    return this.held || this.known;
  }

  /**
   * Ms since the server confirmed the lease, for frames that outlive a stopped page; 0: it may not
   * go to anybody, or the fence is closed.
   */
  get silent() {
    const { fence } = this;
    return this.state === "owner" && fence.others ? fence.silentMs() : 0;
  }

  /** @param {{epoch?: number, holder?: Holder | null} | null} lease */
  welcome(lease) {
    // The snapshot is the truth, also where it is lower: an empty database counts from the
    // beginning.
    this.known = lease?.epoch ?? 0;
    this.fence.noteAnswer();
    this.#claim();
  }

  /**
   * @param {"move" | "end"} [call] what becomes of a call in progress
   * @returns {boolean} false : there is no connection to ask on
   */
  takeOver(call) {
    if (this.held) return true;
    if (!this.send("lease.claim", { confirm: true, ...(call && { call }) })) return false;
    this.fence.noteQuestion();
    this.#steal = true;
    this.#askedAt = performance.now();
    this.#become("taking", this.holder);
    return true;
  }

  /** @param {{epoch: number, holder?: Holder | null}} message */
  granted({ epoch, holder }) {
    if (epoch < this.known) return;
    if (holder?.client && holder.client !== this.client) return this.denied({ epoch, holder });
    const steal = this.#steal;
    this.#learn(epoch);
    this.fence.granted();
    this.#steal = false;
    // The same phones go on under a newer epoch: a call in progress must not end because the lease
    // was given back to us.
    const start = epoch !== this.held;
    this.held = epoch;
    this.#judge();
    if (start)
      void this.#stopping.then(() => this.held === epoch && this.phones.start(epoch, steal));
  }

  /** @param {{epoch: number, holder?: Holder | null}} message */
  denied({ epoch, holder }) {
    if (epoch < this.known) return; // a late message: we know a newer epoch
    this.#learn(epoch);
    this.fence.noteAnswer();
    this.#steal = false;
    void this.#lose(holder ?? null);
  }

  /**
   * @param {{epoch: number, holder?: Holder | null, call?: string}} message call: what becomes of
   *   the one in progress
   */
  async revoked({ epoch, holder, call }) {
    if (epoch < this.held) return;
    this.#learn(epoch);
    await this.#lose(holder ?? this.holder, call === "end" ? "hand_over" : undefined);
    this.send("lease.released", { epoch });
  }

  /**
   * Another tab of this browser holds the phone's lock now: it was granted a take-over that is not
   * reported to us yet.
   */
  async stolen() {
    const epoch = this.held;
    if (!epoch) return;
    await this.#lose(null);
    this.send("lease.released", { epoch });
  }

  /** The server refused our epoch. */
  stale() {
    void this.#lose(null);
  }

  /** The page that holds the phone has died: the lock of this browser's phones is free. */
  claimFromDead() {
    if (this.held || this.state === "taking") return;
    this.fence.noteQuestion();
    this.send("lease.claim", { lock_free: true });
  }

  /**
   * The page goes away; its session stops the phones.
   * @returns {number} the epoch that it held, or 0
   */
  leave() {
    const epoch = this.held;
    this.held = 0;
    this.#become("none", null);
    return epoch;
  }

  /** Another document has our id: we hold nothing any more. */
  async replaced() {
    await this.#lose(null);
  }

  /**
   * @param {{n: number, heard: number, others: boolean, epoch?: number}} ping with an epoch when
   *   the server takes us for the holder
   */
  ping(ping) {
    this.#learn(ping.epoch);
    this.fence.ping(ping, this.held > 0 && ping.epoch === this.held);
    this.beat();
    // We gave up what the server still thinks ours (a start that was refused in passing): its
    // answer settles it.
    if (ping.epoch && !this.held && !this.#handingOver) this.#claim();
  }

  /** Whether a phone or a call may begin, as of the last beat. */
  get mayBegin() {
    return this.state !== "fenced";
  }

  /** Checks the fence: each second, at each ping, and before a phone or a call begins. */
  beat() {
    if (this.state === "taking" && performance.now() - this.#askedAt > TAKE_OVER_MS)
      void this.#lose(this.holder);
    if (this.held && this.fence.closed !== (this.state === "fenced")) this.#judge();
  }

  #judge() {
    const before = this.state === "fenced";
    const { closed } = this.fence;
    this.#become(closed ? "fenced" : "owner", null);
    if (closed === before) return;
    this.phones.fence(closed);
    // The server may still hold the lease for us (the page was stopped): its answer is quicker than
    // its next ping.
    if (closed) this.#claim();
  }

  /**
   * @param {Holder | null} holder
   * @param {StopReason} [ends] also the call in progress: a person wants it
   */
  #lose(holder, ends) {
    const had = this.held;
    this.held = 0;
    this.#become(holder?.client ? "follower" : "none", holder);
    if (!had && !ends) return this.#stopping;
    this.#handingOver = true;
    const { phones } = this;
    this.#stopping = this.#stopping
      .then(() => (ends ? phones.stop(ends) : phones.handOver()))
      .finally(() => (this.#handingOver = false));
    return this.#stopping;
  }

  #claim() {
    this.fence.noteQuestion();
    this.send("lease.claim", {});
  }

  /** @param {number | undefined} epoch */
  #learn(epoch = 0) {
    this.known = Math.max(this.known, epoch);
  }

  /** @param {OwnerState} state @param {Holder | null} holder */
  #become(state, holder) {
    this.state = state;
    this.holder = holder;
    this.onchange({ state, epoch: this.epoch, holder });
  }
}
