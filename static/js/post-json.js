// One way to ask the server for something by HTTP.

/**
 * @typedef {object} Answer
 * @property {number} status 0 when nobody answered
 * @property {boolean} ok
 * @property {any} body
 * @property {number} [date] the server's clock when it answered, in whole seconds
 */

/** @typedef {(path: string, body: object, options?: {keepalive?: boolean}) => Promise<Answer>} Post */

/** @param {string} csrf @returns {Post} */
export function postJson(csrf) {
  return async (path, body, { keepalive = false } = {}) => {
    const headers = { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": csrf };
    try {
      const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), keepalive, credentials: "same-origin" });
      const json = response.headers.get("Content-Type")?.includes("json");
      const date = Date.parse(response.headers.get("Date") ?? "");
      return { status: response.status, ok: response.ok, body: json ? await response.json() : null, date: date || undefined };
    } catch {
      return { status: 0, ok: false, body: null };
    }
  };
}
