// The interface of every phone: a phone frame (phone-host.js), all frames of the owner (phones.js),
// or the owner's tab by way of the server (standby-phone.js).

import { microphoneProblems } from "../page/page-data.js";

/**
 * @typedef {object} PhoneEvent
 * @property {string} type a word of the neutral vocabulary
 * @property {number} at ms; the frame writes its own clock, the workspace turns it into server time
 * @property {string} connection
 * @property {string} [call] the phone's own id of the call
 * @property {"inbound" | "outbound" | "internal"} [direction]
 * @property {string} [number]
 * @property {string} [name]
 * @property {string} [hotline] the organisation's own number that the customer has called
 * @property {number} [line]
 * @property {string} [consults] the call that this one, a consultation, is about
 * @property {[string, string][]} [external] external ids of the call: kind and value
 * @property {"agent" | "remote" | "system"} [ended_by]
 * @property {"agent" | "remote"} [by]
 * @property {string} [cause]
 * @property {string} [provider_code]
 * @property {number} [sip_code]
 * @property {string} [reason]
 * @property {string} [sentence] what the phone system's code means; added by this page
 * @property {boolean} [asked] muted or not, as the agent wants it
 * @property {boolean} [over] a mismatch that is no more
 * @property {unknown} [raw]
 */

/**
 * @typedef {object} PhoneStatus
 * @property {"ok" | "denied" | "none" | "busy" | "unknown"} microphone
 * @property {boolean} audible
 * @property {boolean} registered
 * @property {string[]} calls the phone's own ids of the calls alive in it
 * @property {string[]} [audioMuted] those of them with a muted speaker: `mute_audio`
 * @property {string} [blocked] a host that the frame's policy kept out
 * @property {string} [missing] a host whose script does not come
 * @property {boolean} [elsewhere] a page outside Console has this agent's voice
 * @property {PhoneProblem} [problem] why there is no phone
 * @property {RegistrationFailure} [failure] why the phone is not registered
 */

/**
 * @typedef {object} PhoneProblem
 * @property {string} kind the text is `phone.problem.<kind>`
 * @property {string} [host] which did not send what is needed
 * @property {string} [sentence] the server's own
 * @property {string} [detail] what an administrator needs to know
 * @property {boolean} [lasting] a person has to correct it
 */
/** @typedef {{provider_code: string, sip_code?: number, cause: string}} RegistrationFailure */

/** @typedef {PhoneStatus & {connections: Record<string, PhoneStatus>}} PhonesStatus */
/** @typedef {{ok: boolean, code?: string, sentence?: string}} Result */
/** @typedef {"left" | "hand_over" | "signed_out"} StopReason */
/** @typedef {import("../types/provider").PhoneSession} PhoneSession */

/**
 * @typedef {object} Phone
 * @property {(session: PhoneSession) => Promise<void>} start
 * @property {(reason: StopReason) => Promise<void>} stop
 * @property {(name: string, args?: Record<string, any>) => Promise<Result>} command
 * @property {(event: PhoneEvent) => void} onevent
 * @property {(status: PhoneStatus) => void} onstatus
 * @property {PhoneStatus} status
 */

/**
 * @typedef {object} PhonesOptions
 * @property {import("./line-info.js").Line[]} lines
 * @property {string} origin
 * @property {import("../client/post-json.js").Post} post
 * @property {import("../client/server-clock.js").ServerClock} clock
 * @property {(ms: number) => Promise<void>} pause
 * @property {number} fenceMs the fence's time, for the frames too
 * @property {() => void} checkFence closes the fence when its time is over, or opens it
 * @property {() => boolean} mayBegin false while the fence was closed at its last check
 * @property {() => string} client
 * @property {(event: PhoneEvent, epoch: number | null) => void} onevent without an epoch: local
 * @property {(status: PhonesStatus) => void} onstatus
 * @property {(message: {type: string, [field: string]: any}) => void} [onmessage] levels, devices
 * @property {() => object | undefined} [audio] the agent's choice of devices
 * @property {(connection: string) => string} [hotline] the agent's choice of an outgoing number
 * @property {() => void} onstale the server refused our epoch
 * @property {() => void} onstolen another tab of this browser has taken the phone's lock
 */

/** @type {Readonly<PhoneStatus>} */
export const NO_PHONE = { microphone: "unknown", audible: false, registered: false, calls: [] };

/** One microphone serves all lines: the worst state counts. */
const microphoneStates = () =>
  /** @type {PhoneStatus["microphone"][]} */ ([...Object.keys(microphoneProblems()), "ok"]);

/**
 * The phones of all lines seen as one.
 * @param {Record<string, PhoneStatus>} connections
 * @returns {PhonesStatus}
 */
export function combinedStatus(connections) {
  const all = Object.values(connections);
  return {
    microphone:
      microphoneStates().find((word) => all.some((status) => status.microphone === word)) ??
      "unknown",
    audible: all.length > 0 && all.every((status) => status.audible),
    registered: all.some((status) => status.registered),
    calls: all.flatMap((status) => status.calls),
    audioMuted: all.flatMap((status) => status.audioMuted ?? []),
    blocked: all.find((status) => status.blocked)?.blocked,
    missing: all.find((status) => status.missing)?.missing,
    elsewhere: all.some((status) => status.elsewhere),
    connections: { ...connections },
  };
}
