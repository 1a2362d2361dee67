// Requests of the pages. They carry the CSRF token, and so do htmx's requests.

import { postJson } from "../client/post-json.js";

const csrf = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

export const post = postJson(csrf);

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} null when there is no answer
 */
export async function getJson(path, signal) {
  try {
    const response = await fetch(path, { headers: { Accept: "application/json" }, signal });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (!/^(get|head)$/i.test(ctx.request.method)) ctx.request.headers["X-CSRFToken"] = csrf;
});
