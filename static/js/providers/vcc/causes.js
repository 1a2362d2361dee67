// The causes of VCC's errors, by the tables that the frame's page has from the server.

import { causeIn } from "../../page/page-data.js";

/** @param {string} key a code with its SIP code, or alone */
const callout = (key) => causeIn("callout", key);

/** The SIP code comes as a number or as text. @param {unknown} code @param {unknown} sip */
export function failure(code, sip) {
  const provider_code = String(code ?? "").slice(0, 64);
  const sip_code = Number(sip);
  const known = sip_code >= 100 && sip_code <= 699 ? { sip_code: Math.trunc(sip_code) } : {};
  return {
    cause: callout(`${provider_code};${String(sip).trim()}`) ?? callout(provider_code) ?? "failed",
    provider_code,
    ...known,
  };
}

/**
 * @param {{originator?: string, cause?: string, message?: {status_code?: number} | null}} event
 *   `failed` of a JsSIP session
 */
export function sipFailure({ originator, cause: word = "", message }) {
  const sip_code = message?.status_code;
  const cause = causeIn("colleague", String(sip_code)) ?? causeIn("colleague", word);
  const known = cause ? {} : { provider_code: word.slice(0, 64) || "no_progress" };
  return {
    cause: cause ?? "failed",
    ...known,
    ...(sip_code && { sip_code }),
    ...(originator !== "remote" && { ended_by: "system" }),
  };
}

/** Why csInit did not sign the agent in. @param {unknown} code undefined: nobody answered it */
export function initFailure(code) {
  const cause = code === undefined ? "unreachable" : (causeIn("sign_in", String(code)) ?? "failed");
  return { provider_code: `init_${code ?? "network"}`, cause };
}
