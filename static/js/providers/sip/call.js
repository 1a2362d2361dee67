// One SIP call: JsSIP's session on one side, events and commands of the neutral vocabulary on the
// other.

import { watchIce } from "../../frame/ice-watch.js";
import { stopTracks } from "../../frame/microphone.js";
import { ENDINGS, endingOf } from "./endings.js";
import { Offers } from "./offers.js";
import { Transfer } from "./transfer.js";

/** @typedef {import("../../types/jssip").Session} Session */
/** @typedef {import("../../types/jssip").EndEvent} EndEvent */
/** @typedef {import("../../types/jssip").SipUri} SipUri */
/** @typedef {import("../../types/jssip").ReferEvent} ReferEvent */
/** @typedef {import("../../types/jssip").ReplacesEvent} ReplacesEvent */
/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/** @typedef {import("./endings.js").Ending} Ending */
/**
 * @typedef {object} Owner what the phone does for its calls
 * @property {number} patience ms without sound until a call is given up
 * @property {(call: SipCall) => void} over
 * @property {(call: SipCall, event: ReferEvent) => void} referred the far side asks us to call somebody else
 * @property {(call: SipCall, event: ReplacesEvent) => void} replaced somebody else comes in the far side's place
 */

const GATHER_MS = 2000;
const REFRESH_TRIES = 5;
/**
 * After a transfer it is the far side that hangs up; a lost BYE must not leave the call on the
 * page.
 */
const PARTING_MS = 3000;
/**
 * RFC 3261 14.1: after both sides offered at once, the caller waits 2.1 to 4 s and the called less
 * than 2 s.
 */
const AGAIN_MS = { outgoing: [2100, 4000], incoming: [0, 2000] };
/**
 * The called side leaves the caller's offer a moment, or after a fall of the exchange both would
 * meet half-way.
 */
const FIRST_MS = { outgoing: 0, incoming: 1000 };

export class SipCall {
  id = crypto.randomUUID();
  answered = false;
  /** The agent hears nothing of it. */
  deaf = false;
  /** What its first event tells; null once that is out. @type {Record<string, unknown> | null} */
  #facts = null;
  /** Who holds it at present. @type {Set<"agent" | "remote">} */
  #holders = new Set();
  /** Why we end it, when it is we who do. @type {Ending | null} */
  #why = null;
  /** @type {MediaStream | null} */
  #stream = null;
  #earlySound = false;
  #stopIceWatch = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshing;
  /** @type {Transfer | null} */
  #transfer = null;

  /**
   * @param {Surroundings} frame
   * @param {Session} session
   * @param {number} line
   * @param {Owner} owner
   */
  constructor(frame, session, line, owner) {
    this.frame = frame;
    this.session = session;
    this.line = line;
    this.owner = owner;
    this.offers = new Offers(session, () => this.end("gone"));
    this.#listen();
  }

  get state() {
    if (this.answered) return "talking";
    if (this.session.direction === "outgoing") return "dialing";
    return this.#stream ? "answering" : "ringing";
  }

  /**
   * Its first event. With "answered" it waits until it is: a call that came in another's place
   * never rang.
   * @param {string} type
   * @param {Record<string, unknown>} facts
   */
  announce(type, facts) {
    this.#facts = { ...facts, line: this.line };
    if (type !== "answered") this.#tell(type);
  }

  /** One of the two is the consultation about the other. @param {SipCall} other */
  isAbout(other) {
    return this.session.data.consults === other.id || other.session.data.consults === this.id;
  }

  /** @param {"agent" | "remote"} by */
  heldBy(by) {
    return this.#holders.has(by);
  }

  get transferring() {
    return this.#transfer?.pending ?? false;
  }

  /**
   * What is dialled with, or answered with; it is closed with the call.
   * @param {MediaStream} stream
   */
  lend(stream) {
    this.#stream = stream;
  }

  /** @param {keyof typeof ENDINGS} why @param {number} [status_code] */
  end(why, status_code) {
    if (this.session.isEnded()) return;
    this.#why ??= ENDINGS[why];
    this.session.terminate(status_code ? { status_code } : {});
  }

  /**
   * The agent's way out, whatever the call has come to.
   * @param {number} declined the status that says no to the caller
   */
  leave(declined) {
    if (this.answered) this.end("hangup");
    else if (this.state === "dialing") this.end("cancel");
    else this.end("reject", declined);
  }

  /** @param {boolean} on @returns {Promise<boolean>} */
  async hold(on) {
    const { session } = this;
    if (this.#holders.has("agent") === on) return true;
    /** @param {boolean} held @param {() => void} done */
    const send = (held, done) => (held ? session.hold({}, done) : session.unhold({}, done));
    const accepted = await this.offers.make((done) => send(on, done));
    if (accepted) this.#held("agent", on);
    // JsSIP already believes it
    else if (session.isEstablished()) this.offers.make((done) => send(!on, done));
    return accepted;
  }

  /** @param {boolean} on @returns {Promise<boolean>} whether the track shows it */
  async mute(on) {
    const { session } = this;
    if (on) session.mute({ audio: true });
    else session.unmute({ audio: true });
    // a held track is off anyway: what was asked counts at resume
    return this.#holders.size > 0 || this.frame.media.settles(this.id, on);
  }

  /** @param {boolean} deaf */
  deafen(deaf) {
    this.deaf = deaf;
    for (const { track } of this.session.connection?.getReceivers() ?? []) track.enabled = !deaf;
  }

  /**
   * Asks the far side to call `target`, in the place of `other` where that is given.
   * @param {SipUri} target
   * @param {SipCall} [other]
   */
  transfer(target, other) {
    this.#transfer = new Transfer(this.session, target, other?.session ?? null, (failure) => {
      if (failure) return this.frame.emit({ type: "transfer_failed", call: this.id, ...failure });
      other?.part("handed_on", PARTING_MS);
      return this.part("handed_on");
    });
  }

  /**
   * It goes on without us.
   * @param {"handed_on" | "handed_over"} why
   * @param {number} [wait] ms in which the far side may hang up first
   */
  part(why, wait = 0) {
    if (why === "handed_on") this.frame.emit({ type: "transferred", call: this.id });
    this.#why ??= ENDINGS[why];
    if (wait) setTimeout(() => this.end(why), wait);
    else this.end(why);
  }

  /** @param {string} tones @param {string} by */
  dtmf(tones, by) {
    const sender = this.session.connection
      ?.getSenders()
      .find(({ track }) => track?.kind === "audio");
    const inBand = by !== "info" && sender?.dtmf?.canInsertDTMF;
    this.session.sendDTMF(tones, { transportType: inBand ? "RFC2833" : "INFO" });
  }

  /**
   * Tells the other side's exchange where we are now, and looks for a new way for the sound if the
   * old one is broken.
   */
  refresh() {
    this.offers.acknowledge();
    this.#refreshAfter(FIRST_MS[this.session.direction], REFRESH_TRIES);
  }

  /**
   * The socket is gone: an answered call goes on; one that is not cannot become one, because its
   * transaction went with the socket.
   */
  socketLost() {
    clearTimeout(this.#refreshing);
    if (!this.answered) this.end(this.state === "ringing" ? "unrung" : "unsent");
  }

  /** @param {number} wait ms @param {number} tries */
  #refreshAfter(wait, tries) {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(async () => {
      const rtcOfferConstraints = {
        iceRestart: this.session.connection?.connectionState !== "connected",
      };
      const accepted = await this.offers.make((done) =>
        this.session.renegotiate({ rtcOfferConstraints }, done),
      );
      if (accepted || tries <= 1 || !this.session.isEstablished()) return;
      const [least, most] = AGAIN_MS[this.session.direction];
      this.#refreshAfter(least + Math.random() * (most - least), tries - 1);
    }, wait);
  }

  #listen() {
    const { session } = this;
    if (session.connection) this.#hear(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => this.#hear(peerconnection));
    session.on(
      "progress",
      ({ originator, response }) =>
        originator === "remote" && this.#progress(Boolean(response?.body)),
    );
    // A STUN server that does not answer must not hold up the call: what is known after two seconds
    // will do.
    session.on("icecandidate", ({ ready }) => setTimeout(ready, GATHER_MS));
    session.on("accepted", () => {
      this.answered = true;
      this.#tell("answered");
    });
    session.on("hold", ({ originator }) => originator === "remote" && this.#held("remote", true));
    session.on(
      "unhold",
      ({ originator }) => originator === "remote" && this.#held("remote", false),
    );
    session.on("newDTMF", ({ originator, dtmf }) => {
      if (originator === "remote")
        this.frame.emit({ type: "unknown", call: this.id, raw: { dtmf: dtmf.tone, by: "info" } });
    });
    session.on("refer", (/** @type {ReferEvent} */ event) => this.owner.referred(this, event));
    session.on("replaces", (/** @type {ReplacesEvent} */ event) =>
      this.owner.replaced(this, event),
    );
    session.on("ended", (event) => this.#over(event));
    session.on("failed", (event) => this.#over(event));
    this.#nameLostRequests();
  }

  /** JsSIP words a call that never reached the exchange as one that was cancelled. */
  #nameLostRequests() {
    const { session } = this;
    const { onTransportError, onRequestTimeout } = session;
    session.onTransportError = () => {
      this.#why ??= ENDINGS.unsent;
      onTransportError.call(session);
    };
    session.onRequestTimeout = () => {
      this.#why ??= ENDINGS.unanswered;
      onRequestTimeout.call(session);
    };
  }

  /** @param {RTCPeerConnection} connection */
  #hear(connection) {
    const { frame, session } = this;
    frame.media.follow(
      this.id,
      connection,
      () => this.#holders.size > 0 && !session.isMuted().audio,
    );
    const report = (/** @type {string} */ ice) => frame.emit({ type: "media", call: this.id, ice });
    connection.addEventListener("track", ({ track }) => (track.enabled = !this.deaf));
    this.#stopIceWatch = watchIce(connection, this.owner.patience, {
      lost: () => report("lost"),
      ok: () => report("ok"),
      restart: () => this.refresh(),
      dead: () => this.end("silent"),
    });
  }

  /**
   * Sound of the exchange's own (183 with a description) is played as it comes, and then no tone of
   * ours.
   * @param {boolean} sound
   */
  #progress(sound) {
    this.#earlySound ||= sound;
    this.frame.ringback(this.id, !this.#earlySound);
  }

  /** @param {"agent" | "remote"} by @param {boolean} on */
  #held(by, on) {
    if (on) this.#holders.add(by);
    else this.#holders.delete(by);
    this.frame.emit({ type: on ? "held" : "resumed", call: this.id, by });
  }

  /** @param {string} type */
  #tell(type) {
    this.frame.emit({ type, call: this.id, ...this.#facts });
    this.#facts = null;
  }

  /** @param {EndEvent} event */
  #over(event) {
    const ending = this.#why ?? this.#ending(event);
    this.#transfer?.stop();
    this.#stopIceWatch();
    clearTimeout(this.#refreshing);
    this.frame.media.forget(this.id);
    stopTracks(this.#stream);
    this.owner.over(this);
    if (!this.#facts) this.frame.emit({ call: this.id, ...ending });
  }

  /** @param {EndEvent} event @returns {Ending} */
  #ending(event) {
    const ending = endingOf(this.state, event);
    if (ending.ended_by !== "remote" || !this.#transfer?.doneWhenHungUp) return ending;
    this.frame.emit({ type: "transferred", call: this.id });
    return { ...ending, cause: "transferred" };
  }
}
