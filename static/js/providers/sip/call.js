// One SIP call: JsSIP's session on one side, events and commands of the neutral vocabulary on the
// other.

import { watchIce } from "../../frame/ice-watch.js";
import { stopTracks } from "../../frame/microphone.js";
import { CallRecord } from "../kit/call-record.js";
import { Timer } from "../kit/wait.js";
import { ENDINGS, endingOf } from "./end-causes.js";
import { mustBeTones } from "./numbers.js";
import { keepWhenIceFails, nameLostRequests, Renegotiation } from "./renegotiation.js";
import { Transfer } from "./transfer.js";

/** @import { Session, EndEvent, SipUri } from "./jssip" */
/** @import { Ending } from "./end-causes.js" */
/** @typedef {keyof typeof ENDINGS} Why */
/**
 * @typedef {Pick<import("./index.js").Phone,
 *   "frame" | "incoming" | "lines" | "session" | "settings">} Phone
 */

const DECLINE = 603;
const ICE_PATIENCE_MS = 20_000;
const GATHER_MS = 2000;
const REFRESH_TRIES = 5;
/** After a transfer the far side hangs up. A lost BYE must not leave the call on the page. */
const PARTING_MS = 3000;
/**
 * RFC 3261 14.1: after both sides offered at once, the caller waits 2.1 to 4 s and the called less
 * than 2 s.
 */
const AGAIN_MS = { outgoing: [2100, 4000], incoming: [0, 2000] };
/** After a fall of the exchange both sides would offer at once: the called side waits a moment. */
const FIRST_MS = { outgoing: 0, incoming: 1000 };

export class SipCall extends CallRecord {
  /** The fields of its first event; null once it is reported. @type {object | null} */
  #facts = null;
  /** The sides that hold it at present. @type {Set<"agent" | "remote">} */
  #holders = new Set();
  /** Why we end it. @type {Ending | null} */
  #why = null;
  /** The microphone's, which is closed with the call. @type {MediaStream | null} */
  stream = null;
  #earlyMedia = false;
  #stopIceWatch = () => {};
  #refreshing = new Timer();
  /** @type {Transfer | null} */
  #transfer = null;

  /** @param {Phone} phone @param {Session} session @param {number} line */
  constructor(phone, session, line) {
    super(phone.frame, session.direction === "outgoing");
    this.phone = phone;
    this.session = session;
    this.line = line;
    this.renegotiation = new Renegotiation(session, () => this.end("gone"));
    this.#listen();
    nameLostRequests(session, (why) => (this.#why ??= ENDINGS[why]));
  }

  get state() {
    return super.state === "ringing" && this.stream ? "answering" : super.state;
  }

  /**
   * Reports its first event. "answered" waits for the answer: a call that takes another's place
   * never rings.
   * @param {string} type
   * @param {Record<string, unknown>} facts
   */
  announce(type, facts) {
    this.#facts = { ...facts, line: this.line };
    if (type !== "answered") this.#reportFirst(type);
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

  /** @param {Why} why @param {number} [status_code] */
  end(why, status_code) {
    if (this.session.isEnded()) return;
    this.#why ??= ENDINGS[why];
    this.session.terminate(status_code ? { status_code } : {});
  }

  /** The agent leaves it. @param {number} [declined] the status that refuses the caller */
  leave(declined = this.phone.settings.reject_code ?? DECLINE) {
    this.end(this.exit, this.exit === "reject" ? declined : undefined);
  }

  /** @param {boolean} on @returns {Promise<boolean>} */
  async hold(on) {
    const { session } = this;
    if (this.#holders.has("agent") === on) return true;
    /** @param {boolean} held @param {() => void} done */
    const send = (held, done) => (held ? session.hold({}, done) : session.unhold({}, done));
    const accepted = await this.renegotiation.offer((done) => send(on, done));
    if (accepted) this.#held("agent", on);
    // JsSIP already believes it
    else if (session.isEstablished()) this.renegotiation.offer((done) => send(!on, done));
    return accepted;
  }

  /** @param {boolean} on @returns {Promise<boolean>} whether the track shows it */
  async mute(on) {
    const { session } = this;
    if (on) session.mute({ audio: true });
    else session.unmute({ audio: true });
    // a held track is off anyway: the mute counts at resume
    return this.#holders.size > 0 || this.frame.media.settles(this.id, on);
  }

  /**
   * Asks the far side to call `target`, in the place of `other` where that is given.
   * @param {SipUri} target
   * @param {SipCall} [other]
   */
  transfer(target, other) {
    this.#transfer = new Transfer(this.session, target, other?.session ?? null, (failure) => {
      if (failure) return this.report("transfer_failed", failure);
      other?.part("transferred");
      return this.part("transferred", 0);
    });
  }

  /**
   * It goes on without us, or another call has taken its place.
   * @param {"transferred" | "replaced"} why
   * @param {number} [wait] ms in which the far side may hang up first
   */
  part(why, wait = PARTING_MS) {
    if (why === "transferred") this.report("transferred");
    this.#why ??= ENDINGS[why];
    if (wait) setTimeout(() => this.end(why), wait);
    else this.end(why);
  }

  /** @param {string} tones @param {string} [by] */
  dtmf(tones, by) {
    mustBeTones(tones);
    const { connection } = this.session;
    const sender = connection?.getSenders().find(({ track }) => track?.kind === "audio");
    const inBand = (by ?? this.phone.settings.dtmf) !== "info" && sender?.dtmf?.canInsertDTMF;
    this.session.sendDTMF(tones, { transportType: inBand ? "RFC2833" : "INFO" });
  }

  /**
   * Tells the far side's exchange our new address, and finds a new path for the audio if the old
   * one is broken.
   */
  refresh() {
    this.renegotiation.acknowledge();
    this.#refreshAfter(FIRST_MS[this.session.direction], REFRESH_TRIES);
  }

  /**
   * The socket is lost: an answered call goes on; another one cannot be answered any more, because
   * its transaction went with the socket.
   */
  socketLost() {
    this.#refreshing.stop();
    if (!this.answered) this.end(this.state === "ringing" ? "connection_lost" : "unsent");
  }

  /** @param {number} wait ms @param {number} tries */
  #refreshAfter(wait, tries) {
    this.#refreshing.start(async () => {
      const iceRestart = this.session.connection?.connectionState !== "connected";
      const options = { rtcOfferConstraints: { iceRestart } };
      const accepted = await this.renegotiation.offer((done) =>
        this.session.renegotiate(options, done),
      );
      if (accepted || tries <= 1 || !this.session.isEstablished()) return;
      const [least, most] = AGAIN_MS[this.session.direction];
      this.#refreshAfter(least + Math.random() * (most - least), tries - 1);
    }, wait);
  }

  #listen() {
    const { session } = this;
    if (session.connection) this.#follow(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => this.#follow(peerconnection));
    /** @param {string} name @param {(event: any) => void} run */
    const onRemote = (name, run) =>
      session.on(name, (event) => event.originator === "remote" && run(event));
    onRemote("progress", ({ response }) => this.#progress(Boolean(response?.body)));
    onRemote("hold", () => this.#held("remote", true));
    onRemote("unhold", () => this.#held("remote", false));
    onRemote("newDTMF", ({ dtmf }) =>
      this.report("unknown", { raw: { dtmf: dtmf.tone, by: "info" } }),
    );
    // A STUN server that does not answer must not delay the call: the candidates of two seconds are
    // enough.
    session.on("icecandidate", ({ ready }) => setTimeout(ready, GATHER_MS));
    session.on("accepted", () => {
      this.answered = true;
      this.#reportFirst("answered");
    });
    session.on("refer", (event) => void this.phone.incoming.follow(this, event));
    session.on("replaces", (event) => void this.phone.incoming.welcome(this, event));
    for (const end of ["ended", "failed"]) session.on(end, (event) => this.#ended(event));
  }

  /** @param {RTCPeerConnection} connection */
  #follow(connection) {
    const { session } = this;
    keepWhenIceFails(connection);
    this.audio.follow(connection, () => this.#holders.size > 0 && !session.isMuted().audio);
    const patience = this.phone.session.ice_patience_ms ?? ICE_PATIENCE_MS;
    this.#stopIceWatch = watchIce(connection, patience, {
      lost: () => this.report("media", { ice: "lost" }),
      ok: () => this.report("media", { ice: "ok" }),
      restart: () => this.refresh(),
      dead: () => this.end("silent"),
    });
  }

  /** @param {boolean} media the exchange sends audio of its own (183): no ringback of ours then */
  #progress(media) {
    this.#earlyMedia ||= media;
    this.frame.ringback(this.id, !this.#earlyMedia);
  }

  /** @param {"agent" | "remote"} by @param {boolean} on */
  #held(by, on) {
    if (on) this.#holders.add(by);
    else this.#holders.delete(by);
    this.report(on ? "held" : "resumed", { by });
  }

  /** @param {string} type */
  #reportFirst(type) {
    this.report(type, this.#facts ?? {});
    this.#facts = null;
  }

  /** @param {EndEvent} event */
  #ended(event) {
    const { type, ...ending } = this.#why ?? this.#ending(event);
    this.#transfer?.stop();
    this.#stopIceWatch();
    this.#refreshing.stop();
    this.audio.forget();
    stopTracks(this.stream);
    this.phone.lines.remove(this);
    if (!this.#facts) this.finish(type, ending);
  }

  /** @param {EndEvent} event @returns {Ending} */
  #ending(event) {
    const ending = endingOf(this.state, event);
    if (ending.ended_by !== "remote" || !this.#transfer?.doneWhenHungUp) return ending;
    this.report("transferred");
    return { ...ending, cause: "transferred" };
  }
}
