// Shows incoming calls with actions, and passes a click to the tab that asked for the notification.
// It has no fetch handler: it never answers, changes or stores a page.

{
  const scope = /** @type {any} */ (self);
  /** One after the other: a call that has ended must not be shown later. */
  let work = Promise.resolve();

  /** @param {() => Promise<unknown>} next */
  function inOrder(next) {
    work = work.then(next).then(
      () => {},
      () => {},
    );
    return work;
  }

  /** @param {any} message @param {{id: string} | null} source the tab that asks */
  async function show({ tag, title, options, owner }, source) {
    const before = await scope.registration.getNotifications({ tag });
    // The one with the actions stays.
    if (!owner && before.some((/** @type {any} */ { data }) => data?.owner)) return;
    const data = { client: source?.id, call: options.data?.call, owner };
    await scope.registration.showNotification(title, { ...options, tag, data });
  }

  /** @param {string} tag */
  async function close(tag) {
    for (const shown of await scope.registration.getNotifications({ tag })) shown.close();
  }

  /** @param {{data: any}} notification */
  async function tabOf({ data }) {
    const tabs = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
    return tabs.find((/** @type {any} */ { id }) => id === data?.client);
  }

  /** @param {{notification: any, action: string}} click */
  async function clicked({ notification, action }) {
    notification.close();
    const tab = await tabOf(notification);
    if (!tab) return scope.clients.openWindow("/");
    tab.postMessage({ type: "notification", call: notification.data.call, action });
    await tab.focus();
  }

  /** @param {{notification: any}} event */
  async function left({ notification }) {
    const tab = await tabOf(notification);
    tab?.postMessage({ type: "notification", call: notification.data.call, action: "closed" });
  }

  scope.addEventListener("install", () => scope.skipWaiting());
  scope.addEventListener("message", (/** @type {any} */ event) => {
    const { type, tag } = event.data ?? {};
    if (type === "show") event.waitUntil(inOrder(() => show(event.data, event.source)));
    if (type === "close") event.waitUntil(inOrder(() => close(tag)));
  });
  scope.addEventListener("notificationclick", (/** @type {any} */ event) =>
    event.waitUntil(clicked(event)),
  );
  scope.addEventListener("notificationclose", (/** @type {any} */ event) =>
    event.waitUntil(left(event)),
  );
}
