// VCC's errors of an outgoing call: the same table as console/providers/vcc/texts.py; a test
// compares them.

/** By code and SIP code, then by code alone. @type {Record<string, string>} */
export const CAUSES = {
  "IPCC_NOT_CONNECT_CUSTOMER;404": "not_found",
  "IPCC_NOT_CONNECT_CUSTOMER;486": "busy",
  "IPCC_NOT_CONNECT_CUSTOMER;408": "no_answer",
  "IPCC_NOT_CONNECT_CUSTOMER;403": "forbidden",
  "IPCC_NOT_CONNECT_CUSTOMER;487": "no_answer",
  "IPCC_NOT_CONNECT_CUSTOMER;480": "unreachable",
  IPCC_NOT_CONNECT_CUSTOMER: "failed",
  IPCC_NOT_CONNECT_AGENT_ID: "failed",
  CALLOUT_AGENT_BUSY: "failed",
  CALLOUT_PERMISSION_DENY: "forbidden",
  ERROR_CALLOUT_CONNECT: "failed",
};

/** The SIP code comes as a number or as text. @param {unknown} code @param {unknown} sip */
export function failure(code, sip) {
  const provider_code = String(code ?? "").slice(0, 64);
  const sip_code = Number(sip);
  const known = sip_code >= 100 && sip_code <= 699 ? { sip_code: Math.trunc(sip_code) } : {};
  return {
    cause: CAUSES[`${provider_code};${String(sip).trim()}`] ?? CAUSES[provider_code] ?? "failed",
    provider_code,
    ...known,
  };
}

/**
 * The causes of a call to a colleague, from SIP alone: by its status, then by JsSIP's word.
 * @type {Record<string, string>}
 */
const SIP_CAUSES = {
  403: "forbidden",
  404: "not_found",
  408: "no_answer",
  480: "unreachable",
  484: "not_found",
  486: "busy",
  487: "no_answer",
  600: "busy",
  603: "rejected",
  604: "not_found",
  "Address Incomplete": "not_found",
  Busy: "busy",
  Canceled: "no_answer",
  "No Answer": "no_answer",
  "Not Found": "not_found",
  Rejected: "rejected",
  "Request Timeout": "no_answer",
  Unavailable: "unreachable",
};

/**
 * @param {{originator?: string, cause?: string, message?: {status_code?: number} | null}} event
 *   `failed` of a JsSIP session
 */
export function sipFailure({ originator, cause: word = "", message }) {
  const sip_code = message?.status_code;
  const cause = SIP_CAUSES[String(sip_code)] ?? SIP_CAUSES[word];
  const known = cause ? {} : { provider_code: word.slice(0, 64) || "no_progress" };
  return {
    cause: cause ?? "failed",
    ...known,
    ...(sip_code && { sip_code }),
    ...(originator !== "remote" && { ended_by: "system" }),
  };
}

/** @type {Record<string, string>} */
const INIT_CAUSES = { 400: "not_found", 401: "forbidden", 404: "not_found", 405: "forbidden" };

/** Why csInit did not sign the agent in. @param {unknown} code undefined: nobody answered it */
export function initFailure(code) {
  const cause = code === undefined ? "unreachable" : (INIT_CAUSES[String(code)] ?? "failed");
  return { provider_code: `init_${code ?? "network"}`, cause };
}
