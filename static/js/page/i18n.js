// The data and the translated sentences that the server wrote into the page for its scripts.

/** @typedef {import("../client/session.js").PageData & {texts?: Record<string, string>}} Page */

/** @type {Page | undefined} */
let page;

/** @returns {Page} */
export function pageData() {
  return (page ??= JSON.parse(document.getElementById("page-data")?.textContent || "{}"));
}

/**
 * @param {string} key
 * @param {Record<string, unknown>} [values] for the {name}s in it
 * @returns {string}
 */
export function text(key, values = {}) {
  const sentence = pageData().texts?.[key] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Why a command was not carried out. @param {{code?: string, sentence?: string}} result */
export function reason({ code, sentence }) {
  return sentence || text(`result.${code}`) || text("result.failed");
}
