// A number in the address of the workspace ("/?dial=…"): text for the dial field, never a command
// to dial.

const LONGEST = 64;

/** Takes the number out of the address, so that a reload does not bring it back. */
export function numberInAddress() {
  const asked = new URLSearchParams(location.search);
  const number = (asked.get("dial") ?? "").trim().slice(0, LONGEST);
  asked.delete("dial");
  const rest = asked.size ? `?${asked}` : "";
  history.replaceState(history.state, "", location.pathname + rest + location.hash);
  return number;
}
