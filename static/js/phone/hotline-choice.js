// The outgoing number that the agent chose on each line, kept in this browser.

import { storageOrMemory } from "../client/event-store.js";

export class HotlineChoice {
  #storage = storageOrMemory(() => localStorage);

  /** @param {string} user */
  constructor(user) {
    this.user = user;
  }

  /** @param {string} connection @returns {string} empty when the phone system chooses */
  get(connection) {
    return this.#storage.getItem(this.#key(connection)) ?? "";
  }

  /** @param {string} connection @param {string} hotline */
  keep(connection, hotline) {
    this.#storage.setItem(this.#key(connection), hotline);
  }

  /** @param {string} connection */
  #key(connection) {
    return `console.hotline.${this.user}.${connection}`;
  }
}
