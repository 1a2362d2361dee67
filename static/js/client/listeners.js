// Named events with a detail, for objects that are no DOM nodes.

export class Listeners {
  /** @type {Map<string, Set<(detail: any) => void>>} */
  #listeners = new Map();

  /** @param {string} name @param {(detail: any) => void} listener @returns {() => void} ends it */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** @param {string} name @param {any} detail */
  notify(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(detail);
  }
}
