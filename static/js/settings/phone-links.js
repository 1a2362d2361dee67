// Offers Console to the browser as the program that opens tel: links. The browser asks the person.

export function wirePhoneLinks() {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("links-button"));
  const words = /** @type {HTMLElement} */ (document.getElementById("links-words"));
  const say = (/** @type {string} */ what) => (words.textContent = words.dataset[what] ?? "");
  button.hidden = !("registerProtocolHandler" in navigator);
  if (button.hidden) say("unsupported");
  button.addEventListener("click", () => {
    try {
      navigator.registerProtocolHandler("tel", `${location.origin}/dial?number=%s`);
      say("asked");
    } catch {
      say("unsupported"); // not on a secure origin, or within another page
    }
  });
}
