// Sentences in the reader's language, as the server wrote them into the page.

import { pageData } from "./page-data.js";

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
