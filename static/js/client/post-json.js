// Requests to the server by HTTP, with JSON both ways.

/**
 * @typedef {object} Answer
 * @property {number} status 0 when nobody answered
 * @property {boolean} ok
 * @property {any} body
 * @property {number} [date] the server's clock when it answered, in whole seconds
 */

/**
 * @typedef {(path: string, body: object, options?: {keepalive?: boolean}) => Promise<Answer>} Post
 */

/**
 * A field that is full cuts a text anywhere, and no server takes half an emoji.
 * @param {string} _name
 * @param {unknown} value
 */
const whole = (_name, value) =>
  typeof value === "string" ? value.replace(/\p{Cs}/gu, "\ufffd") : value;

/** @param {string} csrf @returns {Post} */
export function postJson(csrf) {
  return async (path, body, { keepalive = false } = {}) => {
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": csrf,
    };
    try {
      const response = await fetch(path, {
        method: "POST",
        headers,
        body: JSON.stringify(body, whole),
        keepalive,
        credentials: "same-origin",
      });
      const json = response.headers.get("Content-Type")?.includes("json");
      const date = Date.parse(response.headers.get("Date") ?? "");
      return {
        status: response.status,
        ok: response.ok,
        body: json ? await response.json() : null,
        date: date || undefined,
      };
    } catch {
      return { status: 0, ok: false, body: null };
    }
  };
}
