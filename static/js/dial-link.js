// A tel: link: hands the number to the workspace that is open with the phone, or opens one here.

import { pageData } from "./page/page-data.js";

const PATIENCE_MS = 1_000;
const { number, user } = /** @type {{number: string, user: string}} */ (
  /** @type {unknown} */ (pageData())
);
const here = /** @type {HTMLAnchorElement} */ (document.getElementById("dial-here"));
const id = crypto.randomUUID();
const go = () => location.replace(here.href);

if (!("BroadcastChannel" in globalThis)) go();
else {
  const channel = new BroadcastChannel("console.tabs");
  const timer = setTimeout(go, PATIENCE_MS);
  channel.addEventListener("message", ({ data }) => {
    if (data?.type !== "answer" || data.id !== id) return;
    clearTimeout(timer);
    for (const part of document.querySelectorAll("[data-when]"))
      part.toggleAttribute("hidden", part.getAttribute("data-when") !== "handed");
  });
  channel.postMessage({ type: "dial", id, number, user });
}
