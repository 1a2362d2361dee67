// The messages of the websocket (design 9.2), the same list as console/realtime/messages.py. `?`
// marks what may be left out.

/** @typedef {{type: string, [field: string]: any}} Message */

/** @type {Readonly<Record<string, readonly string[]>>} */
export const FROM_BROWSER = {
  hello: ["client", "formerly?", "browser?", "view", "locale", "epoch?", "serial?"],
  pong: ["n", "epoch", "audible", "microphone", "registered", "visible", "used", "calls"],
  "lease.claim": ["confirm?", "call?", "lock_free?"],
  "lease.release": ["epoch"],
  "lease.leaving": ["epoch"],
  "lease.released": ["epoch"],
  "phone.event": ["n", "epoch", "event"],
  "phone.data": ["n", "epoch", "kind", "items"],
  "command.result": ["id", "ok", "code?"],
};

/** @type {Readonly<Record<string, readonly string[]>>} */
export const FROM_SERVER = {
  welcome: ["seq", "lease", "n", "html"],
  change: ["seq", "html?", "event?"],
  ping: ["n", "heard", "others", "at", "epoch?"],
  "lease.granted": ["epoch", "holder?"],
  "lease.denied": ["epoch", "holder?"],
  "lease.revoked": ["epoch", "holder?", "call?"],
  ack: ["n"],
  command: ["id", "name", "args", "epoch", "expires"],
  "command.result": ["id", "ok", "code?"],
  goodbye: ["code", "reason"],
};

/** @param {string} type @param {Record<string, unknown>} fields @returns {string} one text frame */
export function encode(type, fields) {
  const names = FROM_BROWSER[type];
  if (!names) throw new TypeError(`no such message: ${type}`);
  const strange = Object.keys(fields).find(
    (field) => !names.includes(field) && !names.includes(`${field}?`),
  );
  if (strange) throw new TypeError(`${type} has no field ${strange}`);
  refuseGaps(type, names, fields);
  return JSON.stringify({ type, ...fields });
}

/**
 * @param {string} frame
 * @returns {Message | null} null for a message of a newer server, which an older page passes over
 */
export function decode(frame) {
  const message = JSON.parse(frame);
  if (message === null || typeof message !== "object" || typeof message.type !== "string")
    throw new TypeError("not a message");
  const names = FROM_SERVER[message.type];
  if (!names) return null;
  refuseGaps(message.type, names, message);
  return message;
}

/** @param {string} type @param {readonly string[]} names @param {Record<string, unknown>} fields */
function refuseGaps(type, names, fields) {
  const gap = names.find((name) => !name.endsWith("?") && fields[name] === undefined);
  if (gap) throw new TypeError(`${type} without ${gap}`);
}
