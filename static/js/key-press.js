// Which shortcut a key press is, on the keyboards and systems that agents have.

// Firefox on a Mac says AltGraph of the Option key, which is its Alt.
const OPTION_IS_ALT = /^Mac/.test(globalThis.navigator?.platform ?? "");

/** @typedef {Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "isComposing" | "getModifierState">} Press */

/** @param {Press} press @returns {string} as the list names it: `alt+h`, `?`; "": it may be no shortcut */
export function shortcutOf(press) {
  if (press.ctrlKey || press.metaKey || press.isComposing) return "";
  if (press.getModifierState("AltGraph") && !OPTION_IS_ALT) return "";
  if (!press.altKey) return press.key;
  return press.shiftKey ? "" : `alt+${letterOf(press)}`;
}

/** Option on a Mac types another character, and other alphabets have other letters: there the place of the key counts. @param {Press} press */
function letterOf({ key, code }) {
  return (/^[a-z]$/i.test(key) ? key : (/^Key([A-Z])$/.exec(code)?.[1] ?? "")).toLowerCase();
}
