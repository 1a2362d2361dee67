// The vendor's scripts as one object: global functions and state that may be absent, looked up when
// they are used.

import { pageFunctions } from "../kit/page-functions.js";

/**
 * @typedef {object} CsVoice
 * @property {any} [callInfo]
 * @property {string} [callStatus]
 * @property {boolean} [enableVoice]
 * @property {boolean} [hasCall]
 * @property {boolean} [isRinging]
 * @property {boolean} [isAnswering]
 * @property {boolean} [isCallout]
 * @property {number} [deviceType]
 * @property {boolean} [isHold]
 * @property {boolean} [isMute]
 * @property {() => any[]} [getCalloutServices]
 */

/** @type {Record<string, any>} */
const page = globalThis;
/** JsSIP's user agents that do not stop during a conversation. @type {WeakSet<object>} */
const deferring = new WeakSet();
/**
 * The stop that waits for the end of a conversation, and whether its user agent is wanted again.
 * @type {{ua: object, stop: () => void, wanted: boolean} | null}
 */
let deferred = null;

/** @type {Record<string, "inbound" | "outbound" | "internal">} */
const DIRECTIONS = { 1: "inbound", 2: "outbound", 3: "internal" };

export const vendor = {
  ...pageFunctions,

  /** @returns {CsVoice} */
  get voice() {
    return page.csVoice ?? {};
  },

  /**
   * Whether the script knows of a call. `isCallout` does not count: in some versions it sticks.
   * @returns {boolean}
   */
  get alive() {
    const { hasCall, isRinging, isAnswering } = this.voice;
    return Boolean(hasCall || isRinging || isAnswering);
  },

  /**
   * The direction of the script's call, as far as it is known.
   * @returns {"inbound" | "outbound" | "internal" | undefined}
   */
  get direction() {
    return DIRECTIONS[String(this.voice.callInfo?.callDirection)];
  },

  /** The script's call is known to come in. @returns {boolean} */
  get isIncoming() {
    return this.direction === "inbound" || this.direction === "internal";
  },

  /** JsSIP's session of the call in this browser. @returns {any} */
  get session() {
    return page.state?.session ?? null;
  },

  /** @returns {RTCPeerConnection | null} */
  get connection() {
    return this.session?.connection ?? null;
  },

  get sipRegistered() {
    try {
      return Boolean(page.ua?.isRegistered?.());
    } catch {
      return false;
    }
  },

  /**
   * Defers a stop of JsSIP until the conversation is over: the script stops it, and every call in
   * it, when the voice goes to another page.
   * @param {() => boolean} talking
   */
  deferStop(talking) {
    const { ua } = page;
    if (deferred && !talking()) {
      if (!deferred.wanted || deferred.ua !== ua) deferred.stop();
      deferred = null;
    }
    if (!ua?.stop || deferring.has(ua)) return;
    deferring.add(ua);
    const stop = ua.stop.bind(ua);
    ua.stop = () => {
      deferred = talking() ? { ua, stop, wanted: false } : null;
      if (!deferred) stop();
    };
  },

  /**
   * Cancels a deferred stop, because the voice is here again: calls need the user agent, unless the
   * script has made another one.
   */
  cancelStop() {
    if (deferred) deferred.wanted = true;
  },

  startSip() {
    page.ua?.start?.();
  },

  /** A script that did not see `startSip` may take its user agent for stopped, and leave it. */
  stopSip() {
    this.attempt("csUnregister");
    if (this.sipRegistered) page.ua?.stop?.();
  },
};
