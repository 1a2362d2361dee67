// Notifications of the service worker, with Answer and Decline. Fetched once they are allowed.

import { text } from "../page/i18n.js";

/** @type {Record<string, string>} */
const BUTTONS = { answer: "answer", decline: "reject" };

/** A notification of this tab, as the page's own notifications behave. */
class WorkerNotice extends EventTarget {
  /** @param {() => void} close */
  constructor(close) {
    super();
    this.close = close;
  }
}

/** @param {() => boolean} owns the phone is in this tab */
export async function openWorkerNotices(owns) {
  const workers = navigator.serviceWorker;
  await workers.register("/service-worker.js", { scope: "/" });
  const { active } = await workers.ready;
  /** @type {Map<string, WorkerNotice>} */
  const shown = new Map();
  workers.addEventListener("message", ({ data }) => {
    if (data?.type !== "notification") return;
    if (data.action === "closed") shown.get(data.call)?.dispatchEvent(new Event("close"));
    press(String(data.call), String(data.action));
  });
  workers.startMessages();
  return (/** @type {string} */ call, /** @type {string} */ title) => {
    const tag = `console-${call}`;
    const owner = owns();
    const actions = owner ? Object.keys(BUTTONS).map(actionOf) : [];
    const options = { body: text("notify.body"), requireInteraction: true, actions };
    active?.postMessage({
      type: "show",
      tag,
      title,
      owner,
      options: { ...options, data: { call } },
    });
    const notice = new WorkerNotice(() => active?.postMessage({ type: "close", tag }));
    shown.set(call, notice);
    return notice;
  };
}

/** @param {string} action */
const actionOf = (action) => ({ action, title: text(`notify.${action}`) });

/**
 * Presses the button of a call that still rings; a late click does nothing.
 * @param {string} call
 * @param {string} action
 */
export function press(call, action) {
  const command = Object.hasOwn(BUTTONS, action) ? BUTTONS[action] : "";
  const card = document.querySelector(`.call[data-call="${CSS.escape(call)}"]`);
  if (!command || card?.getAttribute("data-state") !== "ringing") return;
  /** @type {HTMLElement | null} */ (card.querySelector(`[data-command="${command}"]`))?.click();
}
