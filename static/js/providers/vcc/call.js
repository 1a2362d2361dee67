// One call as VCC's scripts let us know it. They keep no record that outlives its end, so this is
// ours.

import { sameNumber } from "./numbers.js";

/** @typedef {import("../../types/provider").Surroundings} Surroundings */
/**
 * @typedef {object} Facts
 * @property {"inbound" | "outbound" | "internal"} direction
 * @property {boolean} placed the agent dialled it
 * @property {string} number
 */

/** Why the agent's own click ends it. @type {Record<string, {ended_by: string, cause: string}>} */
const BY_AGENT = {
  hangup: { ended_by: "agent", cause: "completed" },
  cancel: { ended_by: "agent", cause: "cancelled" },
  reject: { ended_by: "agent", cause: "rejected" },
};
/** Nobody tells what became of it. */
const UNHEARD = { ended_by: "system", cause: "failed", provider_code: "no_news" };

export class VccCall {
  id = crypto.randomUUID();
  answered = false;
  held = false;
  over = false;
  /** The agent hears nothing of it. */
  deaf = false;
  /** As the agent wants it. */
  muted = false;
  /** A colleague offers to hand it over; VCC rings only after a yes. */
  offered = false;
  /**
   * The id of the colleague's call, which is none of this one: the two would be taken for the two
   * ends of one.
   */
  offer = "";
  /** The agent has said yes to that offer. */
  taken = false;
  /**
   * Its sound is, or was, in this browser: SIP tells of its end, whatever the vendor's server does.
   */
  here = false;
  /**
   * Since when VCC may have told us nothing of it; null: what we know is true.
   * @type {number | null}
   */
  doubted = null;
  /** It was ended for want of news: a sign of life, or its true end, may come yet. */
  unheard = false;
  /** VCC's own id. */
  #external = "";
  /** The line that the customer has called. */
  #hotline;
  /** @type {Record<string, unknown> | null} */
  #why = null;
  /** Its script has known of it. */
  seen = false;
  /**
   * Looks in a row at which the script knew nothing of it any more, and at which it took it for
   * answered.
   */
  gone = 0;
  talking = 0;
  begun = performance.now();
  /**
   * The agent's own leg is up, or the customer's phone rings: it has come further than its request.
   */
  progressed = false;
  /** JsSIP's session whose failure is awaited. @type {unknown} */
  session = null;
  /** @type {RTCPeerConnection | null} */
  connection = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {Surroundings} frame @param {Facts} facts @param {string} [hotline] */
  constructor(frame, facts, hotline = "") {
    this.frame = frame;
    this.facts = facts;
    this.#hotline = hotline;
  }

  get placed() {
    return this.facts.placed;
  }

  get internal() {
    return this.facts.direction === "internal";
  }

  get state() {
    if (this.answered) return "talking";
    return this.placed ? "dialing" : "ringing";
  }

  /** @param {string} id */
  known(id) {
    this.#external = id;
  }

  get external() {
    return this.#external;
  }

  /**
   * News that come after its beginning: an offered call has no number, and the hotline may be told
   * last.
   * @param {{number?: string, hotline?: string}} news
   */
  learn({ number = "", hotline = "" }) {
    const [known, line] = [this.facts.number, this.#hotline];
    this.facts = { ...this.facts, number: known || number };
    this.#hotline ||= hotline;
    const news = this.facts.number !== known || this.#hotline !== line;
    if (news && !this.answered && !this.over) this.begin();
  }

  /** @param {string} number */
  isFrom(number) {
    return !number || !this.facts.number || sameNumber(number, this.facts.number);
  }

  begin() {
    const { direction, number } = this.facts;
    this.tell(this.placed ? "dialing" : "ringing", { direction, number, line: 1 });
  }

  answer() {
    this.doubted = null;
    if (this.answered || this.over) return;
    this.answered = true;
    this.unwait();
    this.tell("answered", this.taken ? { number: this.facts.number } : {});
  }

  unwait() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** @param {boolean} on */
  hold(on) {
    if (this.held === on || this.over) return;
    this.doubted = null;
    this.held = on;
    this.tell(on ? "held" : "resumed", { by: "agent" });
  }

  /**
   * The agent's click: it counts when VCC carries it out.
   * @param {string} [how] "": it came to nothing
   */
  leave(how) {
    const word = how && !this.answered && this.placed ? "cancel" : how;
    this.#why = word ? BY_AGENT[word] : null;
  }

  handedOn() {
    if (this.over) return;
    this.tell("transferred");
    this.#why = { ended_by: "agent", cause: "transferred" };
  }

  get leaving() {
    return this.#why !== null;
  }

  /**
   * Cancelled before the agent's own leg came: then the script tells VCC nothing, and the leg comes
   * all the same.
   */
  get unsaid() {
    return this.placed && this.leaving && !this.progressed;
  }

  /**
   * A call to a colleague is SIP's alone.
   * @param {any} session JsSIP's
   * @param {(event: any) => unknown} failed
   */
  hear(session, failed) {
    if (!this.placed || !this.internal || !session?.on || session === this.session) return;
    this.session = session;
    session.on("failed", failed);
  }

  /** It did not come about. @param {Record<string, unknown>} failure */
  fail(failure) {
    this.#finish("failed", { ended_by: "remote", ...failure, ...this.#why });
  }

  /**
   * @param {Record<string, unknown>} [otherwise] what is said of its end unless the agent ended it
   */
  end(otherwise = {}) {
    if (this.#why) return this.#finish("ended", this.#why);
    if (this.doubted !== null) return this.#endUnheard();
    if (this.answered)
      return this.#finish("ended", { ended_by: "remote", cause: "completed", ...otherwise });
    if (this.placed) return this.#finish("ended", otherwise);
    return this.#finish("missed", { ended_by: "remote", cause: "missed", ...otherwise });
  }

  #endUnheard() {
    this.unheard = true;
    this.#finish("ended", UNHEARD);
  }

  /** VCC tells of it after all. */
  revive() {
    this.over = this.unheard = false;
    this.doubted = null;
    this.gone = 0;
    if (this.answered) this.tell("answered");
    else this.begin();
  }

  /** The end of a call that was given up before. */
  endAfterAll() {
    this.over = this.unheard = false;
    this.doubted = null;
    this.end();
  }

  /** @param {string} type @param {Record<string, unknown>} fields */
  #finish(type, fields) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.tell(type, fields);
  }

  /** @param {string} type @param {Record<string, unknown>} [fields] */
  tell(type, fields) {
    const known = {
      ...(this.#hotline && { hotline: this.#hotline }),
      ...(this.#external && { external: [["vcc", this.#external]] }),
    };
    this.frame.emit({ type, call: this.id, ...fields, ...known });
  }
}
