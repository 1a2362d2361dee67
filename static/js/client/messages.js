// The frames of the websocket. console/realtime/messages.py declares each message and its fields.

/** @typedef {{type: string, [field: string]: any}} Message */

/** @param {string} type @param {Record<string, unknown>} fields @returns {string} one text frame */
export const encode = (type, fields) => JSON.stringify({ type, ...fields });

/** @param {string} frame @returns {Message} */
export function decode(frame) {
  const message = JSON.parse(frame);
  if (typeof message?.type !== "string") throw new TypeError("not a message");
  return message;
}
