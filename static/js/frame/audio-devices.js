// The devices of this frame as they come and go, and the agent's present choice among them.

import { SYSTEM_DEFAULT, idFor, KINDS, missing, readChoice, ROLES } from "./audio-device-match.js";

/** @typedef {import("./audio-device-match.js").AudioChoice} AudioChoice */
/** @typedef {import("./audio-device-match.js").Device} Device */
/** @typedef {import("./audio-device-match.js").Role} Role */
/**
 * @typedef {object} Change
 * @property {Device[]} items
 * @property {Role[]} lost whose chosen device has gone
 * @property {Role[]} back whose chosen device is there again
 * @property {Role[]} moved that mean another device than before
 */

const AGAIN_MS = 1500; // Chromium fires before its list has forgotten a pulled headset

export class AudioDevices {
  /** @type {Device[]} */
  items = [];
  choice = SYSTEM_DEFAULT;
  #devices = navigator.mediaDevices;
  /** @type {Role[]} */
  #missing = [];
  #known = "";
  #listed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;

  /** @param {(change: Change) => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    this.#devices?.addEventListener("devicechange", () => {
      void this.refresh();
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.refresh(), AGAIN_MS);
    });
  }

  /** @param {Role} role @returns {string} */
  id(role) {
    return idFor(this.items, this.choice, role);
  }

  /** @param {any} sent the page's `audio` */
  choose(sent) {
    const [before, { processing }] = [this.#ids(), this.choice];
    this.choice = readChoice(sent, this.choice);
    this.#missing = this.#listed ? missing(this.items, this.choice) : [];
    const moved = this.#moved(before);
    const otherwise = JSON.stringify(processing) !== JSON.stringify(this.choice.processing);
    // it has to be opened again to sound different
    if (otherwise && !moved.includes("microphone")) moved.push("microphone");
    if (moved.length) this.onchange({ items: this.items, lost: [], back: [], moved });
  }

  /**
   * Reads the list again. Without the permission it has no labels: then nothing is known to be
   * lost.
   * @returns {Promise<Device[]>}
   */
  async refresh() {
    const found = (await this.#devices?.enumerateDevices()) ?? [];
    const items = found.filter(isOne).map(({ kind, deviceId: id, label }) => ({ kind, id, label }));
    const named = JSON.stringify(items);
    if (named === this.#known || (found.length && !found.some(({ label }) => label)))
      return this.items;
    const [ids, first] = [this.#ids(), !this.#listed];
    const before = this.#missing;
    this.items = items;
    this.#known = named;
    this.#listed = true;
    this.#missing = missing(items, this.choice);
    const lost = this.#missing.filter((role) => !before.includes(role) && this.#can(role));
    const back = first ? [] : before.filter((role) => !this.#missing.includes(role));
    this.onchange({ items, lost, back, moved: this.#moved(ids) });
    return items;
  }

  /** A browser that lists no speakers (it cannot choose one) has lost none. @param {Role} role */
  #can(role) {
    return role === "microphone" || this.items.some(({ kind }) => kind === KINDS[role]);
  }

  #ids() {
    return new Map(ROLES.map((role) => [role, this.id(role)]));
  }

  /** @param {Map<Role, string>} before */
  #moved(before) {
    return ROLES.filter((role) => this.id(role) !== before.get(role));
  }
}

/** The system's default entries are no devices of their own. @param {MediaDeviceInfo} device */
function isOne({ kind, deviceId, label }) {
  return (
    kind !== "videoinput" && label !== "" && deviceId !== "default" && deviceId !== "communications"
  );
}
