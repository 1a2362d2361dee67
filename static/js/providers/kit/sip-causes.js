// The cause of a SIP answer: the same tables as console/domain/sip_causes.py; a test compares them.

/** @type {Record<string, string>} */
export const SIP_CAUSES = {
  401: "forbidden",
  402: "forbidden",
  403: "forbidden",
  404: "not_found",
  407: "forbidden",
  408: "no_answer",
  410: "not_found",
  430: "unreachable",
  433: "forbidden",
  480: "no_answer",
  484: "not_found",
  485: "not_found",
  486: "busy",
  487: "cancelled",
  502: "unreachable",
  503: "unreachable",
  504: "unreachable",
  600: "busy",
  603: "rejected",
  604: "not_found",
  607: "rejected",
  608: "rejected",
  "3xx": "failed",
  "4xx": "failed",
  "5xx": "failed",
  "6xx": "failed",
};

/** @type {Record<string, string>} */
export const REASON_CAUSES = {
  "SIP;200": "answered_elsewhere",
  "Q.850;1": "not_found",
  "Q.850;17": "busy",
  "Q.850;18": "no_answer",
  "Q.850;19": "no_answer",
  "Q.850;20": "unreachable",
  "Q.850;21": "rejected",
  "Q.850;26": "answered_elsewhere",
  "Q.850;27": "unreachable",
  "Q.850;28": "not_found",
  "Q.850;34": "unreachable",
  "Q.850;38": "unreachable",
  "Q.850;42": "unreachable",
};

const REASON = /([\w.]+)\s*(?:;[^,]*?)?;\s*cause\s*=\s*(\d+)/gi;

/**
 * @param {{status_code?: number, getHeader: (name: string) => string | undefined}} message a final
 *   answer, or a CANCEL
 * @returns {string}
 */
export function causeOf(message) {
  for (const [, protocol, number] of (message.getHeader("Reason") ?? "").matchAll(REASON)) {
    const known = REASON_CAUSES[`${protocol.toUpperCase()};${Number(number)}`];
    if (known) return known;
  }
  return causeOfStatus(message.status_code);
}

/** @param {number | undefined} code @returns {string} */
export function causeOfStatus(code) {
  const status = String(code ?? "");
  return SIP_CAUSES[status] ?? SIP_CAUSES[`${status[0]}xx`] ?? "failed";
}
