// The vendor's scripts as one object: global functions and state that may or may not be there, read
// and called at the moment of use.

/**
 * @typedef {object} CsVoice
 * @property {any} [callInfo]
 * @property {string} [callStatus]
 * @property {boolean} [enableVoice]
 * @property {boolean} [hasCall]
 * @property {boolean} [isRinging]
 * @property {boolean} [isAnswering]
 * @property {boolean} [isCallout]
 * @property {boolean} [isHold]
 * @property {boolean} [isMute]
 * @property {() => any[]} [getCalloutServices]
 */

/** @type {Record<string, any>} */
const page = globalThis;
/** JsSIP's user agents that keep a talk. @type {WeakSet<object>} */
const keeping = new WeakSet();
/**
 * The stop that waits for the end of a talk, and whether its user agent is wanted again.
 * @type {{ua: object, stop: () => void, wanted: boolean} | null}
 */
let later = null;

export const vendor = {
  /** @returns {CsVoice} */
  get voice() {
    return page.csVoice ?? {};
  },

  /** @param {string} name */
  has(name) {
    return typeof page[name] === "function";
  },

  /** @param {string} name @param {...unknown} args */
  call(name, ...args) {
    return page[name](...args);
  },

  /**
   * Where the script may throw because there is nothing to do.
   * @param {string} name
   * @param {...unknown} args
   * @returns {boolean} whether it did not
   */
  attempt(name, ...args) {
    try {
      page[name](...args);
      return true;
    } catch (error) {
      console.warn("phone", name, error);
      return false;
    }
  },

  /** The script knows of a call. `isCallout` says nothing: in some versions it sticks. */
  get alive() {
    const { hasCall, isRinging, isAnswering } = this.voice;
    return Boolean(hasCall || isRinging || isAnswering);
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
   * The script stops JsSIP, and every call in it, when the voice goes to another page: that waits
   * for the end of a talk.
   * @param {() => boolean} talking
   */
  keepTalks(talking) {
    const { ua } = page;
    if (later && !talking()) {
      if (!later.wanted || later.ua !== ua) later.stop();
      later = null;
    }
    if (!ua?.stop || keeping.has(ua)) return;
    keeping.add(ua);
    const stop = ua.stop.bind(ua);
    ua.stop = () => {
      later = talking() ? { ua, stop, wanted: false } : null;
      if (!later) stop();
    };
  },

  /**
   * The voice is here again: calls need the user agent that was to stop, unless the script has made
   * another one.
   */
  keepOn() {
    if (later) later.wanted = true;
  },

  /** csUnregister stops JsSIP for good; only its own start brings it back. */
  startSip() {
    page.ua?.start?.();
  },
};
