// One call, as far as VCC's scripts report it. They keep no record that outlives its end.

import { BY_AGENT, CallRecord } from "../kit/call-record.js";
import { sameNumber } from "../kit/national-number.js";
import { Timer } from "../kit/wait.js";
import { vendor } from "./vendor.js";

/** @import { PhoneFrame } from "../../types/provider" */
/**
 * @typedef {object} Facts
 * @property {"inbound" | "outbound" | "internal"} direction
 * @property {boolean} outgoing the agent dialled it
 * @property {string} number
 */

/** Nobody reports what became of it. */
const NO_NEWS = { ended_by: "system", cause: "failed", provider_code: "no_news" };

export class VccCall extends CallRecord {
  answered = false;
  held = false;
  /** As the agent wants it. */
  muted = false;
  /** A colleague offers to hand it over; VCC makes it ring only after the agent accepts. */
  offered = false;
  /** The id of the colleague's call, which is never this call's own. */
  offer = "";
  /** The agent has accepted the offer. */
  taken = false;
  /** Its audio is, or was, in this browser, so that SIP reports its end. */
  here = false;
  /**
   * Since when VCC may have reported nothing of it; null: its state is certain.
   * @type {number | null}
   */
  uncertainSince = null;
  /** It was ended for want of news: a sign of life, or its true end, may come yet. */
  assumedOver = false;
  /** VCC's own id. */
  external = "";
  /** The hotline that the customer has called. */
  #hotline;
  /** Why the agent ends it. @type {Record<string, unknown> | null} */
  #why = null;
  /** Its script has known of it. */
  seen = false;
  /** It came right after a dialled call on another device. */
  isAfterDial = false;
  /** Looks in a row at which the script no longer knew of it. */
  gone = 0;
  /** Looks in a row at which the script took it for answered. */
  talking = 0;
  begun = performance.now();
  /** The agent's own leg is up, or the customer's phone rings. */
  progressed = false;
  /** JsSIP's session whose failure is awaited. @type {unknown} */
  #session = null;
  timer = new Timer();

  /** @param {PhoneFrame} frame @param {Facts} facts @param {string} [hotline] */
  constructor(frame, facts, hotline = "") {
    super(frame, facts.outgoing);
    this.facts = facts;
    this.#hotline = hotline;
  }

  get internal() {
    return this.facts.direction === "internal";
  }

  /**
   * Takes in facts that come after its beginning: an offered call has no number, and the hotline
   * may be reported last.
   * @param {{number?: string, hotline?: string}} facts
   */
  learn({ number = "", hotline = "" }) {
    const [known, line] = [this.facts.number, this.#hotline];
    this.facts = { ...this.facts, number: known || number };
    this.#hotline ||= hotline;
    const isNew = this.facts.number !== known || this.#hotline !== line;
    if (isNew && !this.answered && !this.over) this.begin();
  }

  /** @param {string} number */
  isFrom(number) {
    return !number || !this.facts.number || sameNumber(number, this.facts.number);
  }

  begin() {
    const { direction, number } = this.facts;
    this.report(this.outgoing ? "dialing" : "ringing", { direction, number, line: 1 });
  }

  answer() {
    this.uncertainSince = null;
    if (this.answered || this.over) return;
    this.answered = true;
    this.timer.stop();
    this.report("answered", this.taken ? { number: this.facts.number } : {});
  }

  /** @param {boolean} on */
  hold(on) {
    if (this.held === on || this.over) return;
    this.uncertainSince = null;
    this.held = on;
    this.report(on ? "held" : "resumed", { by: "agent" });
  }

  /** The audio connection appears some time after the call does. */
  followAudio() {
    this.audio.follow(vendor.connection, () => this.held && !this.muted);
  }

  /** Mutes this call's microphone, independently of VCC's state. @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    const { session } = vendor;
    if (muted) session?.mute?.({ audio: true });
    else session?.unmute?.({ audio: true });
    // the hold keeps the track off, and gives it back itself
    if (muted || !this.held) this.audio.switchMicrophone(!muted);
  }

  /** The agent ends it: that counts when VCC carries it out. */
  leave() {
    this.#why = BY_AGENT[this.exit];
  }

  /** The agent's wish to end it came to nothing. */
  stay() {
    this.#why = null;
  }

  transferred() {
    if (this.over) return;
    this.report("transferred");
    this.#why = BY_AGENT.transfer;
  }

  get leaving() {
    return this.#why !== null;
  }

  /**
   * The unreported end of the dialled call before it may clear the script's state: that is not its
   * own end.
   */
  get maybeForgotten() {
    return this.isAfterDial && !(this.outgoing ? this.progressed : this.answered);
  }

  /**
   * The agent's own leg has not come. It may come after the end: VCC reports a failure on another
   * socket, and is not asked to cancel. A call to a colleague is the browser's own: it has none.
   */
  get awaitsLeg() {
    return this.outgoing && !this.internal && !this.progressed;
  }

  /**
   * Only SIP reports the failure of a call to a colleague.
   * @param {any} session JsSIP's
   * @param {(event: any) => unknown} failed
   */
  onSipFailure(session, failed) {
    if (!this.outgoing || !this.internal || !session?.on || session === this.#session) return;
    this.#session = session;
    session.on("failed", failed);
  }

  /** Ends it unanswered. @param {Record<string, unknown>} failure */
  fail(failure) {
    this.finish("failed", { ended_by: "remote", ...failure, ...this.#why });
  }

  /** @param {Record<string, unknown>} [fields] of its end, unless the agent ended it */
  end(fields = {}) {
    if (this.#why) return this.finish("ended", this.#why);
    this.assumedOver = this.uncertainSince !== null;
    if (this.assumedOver) return this.finish("ended", NO_NEWS);
    if (this.answered)
      return this.finish("ended", { ended_by: "remote", cause: "completed", ...fields });
    if (this.outgoing) return this.finish("ended", fields);
    return this.finish("missed", { ended_by: "remote", cause: "missed", ...fields });
  }

  /** VCC reports it after all. */
  revive() {
    this.#reopen();
    this.gone = 0;
    if (this.answered) this.report("answered");
    else this.begin();
  }

  /** VCC reports its end after it was assumed. */
  endAfterAll() {
    this.#reopen();
    this.end();
  }

  #reopen() {
    this.over = this.assumedOver = false;
    this.uncertainSince = null;
  }

  /** @param {string} type @param {Record<string, unknown>} fields */
  finish(type, fields) {
    this.timer.stop();
    super.finish(type, fields);
  }

  /** @param {string} type @param {Record<string, unknown>} [fields] */
  report(type, fields) {
    super.report(type, {
      ...fields,
      ...(this.#hotline && { hotline: this.#hotline }),
      ...(this.external && { external: [["vcc", this.external]] }),
    });
  }
}
