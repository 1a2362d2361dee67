// Repairs the broken media path of a call, and after a while ends the call, so that a lost BYE
// leaves no agent "on a call".

/**
 * A way that has been silent for so long seldom comes back by itself, and the browser gives it up
 * only after half a minute.
 */
const HURRY_MS = 3000;

/**
 * @typedef {object} IceNews
 * @property {() => void} lost no sound comes through; it may come back by itself
 * @property {() => void} restart find a new way now
 * @property {() => void} ok it came back
 * @property {() => void} dead it did not, within the patience
 */

/**
 * @param {RTCPeerConnection} connection
 * @param {number} patience ms from the first failure
 * @param {IceNews} news
 * @returns {() => void} stops watching
 */
export function watchIce(connection, patience, news) {
  let broken = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let deadline;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hurry;

  const lost = () => {
    if (!broken) news.lost();
    broken = true;
  };
  const stop = () => {
    clearTimeout(deadline);
    clearTimeout(hurry);
    deadline = hurry = undefined;
  };
  /** @type {Partial<Record<RTCPeerConnectionState, () => void>>} */
  const steps = {
    disconnected() {
      lost();
      hurry ??= setTimeout(news.restart, HURRY_MS);
    },
    failed() {
      lost();
      clearTimeout(hurry);
      deadline ??= setTimeout(news.dead, patience);
      news.restart();
    },
    connected() {
      stop();
      if (broken) news.ok();
      broken = false;
    },
    closed: stop,
  };

  connection.addEventListener("connectionstatechange", () => steps[connection.connectionState]?.());
  return stop;
}
