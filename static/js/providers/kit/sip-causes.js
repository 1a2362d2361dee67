// The cause of a SIP answer, by the tables that the frame's page has from the server.

import { causeIn } from "../../page/page-data.js";

const REASON = /([\w.]+)\s*(?:;[^,]*?)?;\s*cause\s*=\s*(\d+)/gi;

/**
 * @param {{status_code?: number, getHeader: (name: string) => string | undefined}} message a final
 *   answer, or a CANCEL
 * @returns {string}
 */
export function causeOf(message) {
  for (const [, protocol, number] of (message.getHeader("Reason") ?? "").matchAll(REASON)) {
    const known = causeIn("reason", `${protocol.toUpperCase()};${Number(number)}`);
    if (known) return known;
  }
  return causeOfStatus(message.status_code);
}

/** @param {number | undefined} code @returns {string} */
export function causeOfStatus(code) {
  const status = String(code ?? "");
  return causeIn("status", status) ?? causeIn("status", `${status[0]}xx`) ?? "failed";
}
