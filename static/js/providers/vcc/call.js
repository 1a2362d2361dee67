// One call as VCC's scripts let us know it. They keep no record that outlives its end, so this is ours.

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
  /** VCC's own id. */
  #external = "";
  /** @type {Record<string, unknown> | null} */
  #why = null;
  /** Its script has known of it. */
  seen = false;
  /** Looks in a row at which the script knew nothing of it any more, and at which it took it for answered. */
  gone = 0;
  talking = 0;
  begun = performance.now();
  /** The agent's own leg is up, or the customer's phone rings: it has come further than its request. */
  progressed = false;
  /** @type {RTCPeerConnection | null} */
  connection = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {Surroundings} frame @param {Facts} facts */
  constructor(frame, facts) {
    this.frame = frame;
    this.facts = facts;
  }

  get placed() {
    return this.facts.placed;
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

  begin() {
    const { direction, number } = this.facts;
    this.tell(this.placed ? "dialing" : "ringing", { direction, number, line: 1 });
  }

  answer() {
    if (this.answered || this.over) return;
    this.answered = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.tell("answered");
  }

  /** @param {boolean} on */
  hold(on) {
    if (this.held === on || this.over) return;
    this.held = on;
    this.tell(on ? "held" : "resumed", { by: "agent" });
  }

  /** The agent's click: it counts when VCC carries it out. @param {string} [how] "": it came to nothing */
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

  /** It did not come about. @param {Record<string, unknown>} failure */
  fail(failure) {
    this.#finish("failed", { ended_by: "remote", ...failure, ...this.#why });
  }

  /** @param {Record<string, unknown>} [otherwise] what is said of its end unless the agent ended it */
  end(otherwise = {}) {
    if (this.#why) return this.#finish("ended", this.#why);
    if (this.answered) return this.#finish("ended", { ended_by: "remote", cause: "completed", ...otherwise });
    if (this.placed) return this.#finish("ended", otherwise);
    return this.#finish("missed", { ended_by: "remote", cause: "missed", ...otherwise });
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
    this.frame.emit({ type, call: this.id, ...fields, ...(this.#external && { external: [["vcc", this.#external]] }) });
  }
}
