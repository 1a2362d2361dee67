// The identity of this document. The client id survives a reload; a duplicated tab, which copies
// the storage of its original, gets its own.

import { EventStore, MemoryStorage, storageOrMemory } from "./event-store.js";
import { holdLock } from "./browser-locks.js";

/** @typedef {import("./event-store.js").TextStorage} TextStorage */
/** @typedef {import("./browser-locks.js").Release} Release */

/** @typedef {"reload" | "next" | "new"} Arrival */

/**
 * @typedef {object} IdentityOptions
 * @property {TextStorage} [session]
 * @property {TextStorage} [local]
 * @property {typeof holdLock} [lock]
 * @property {() => string} [newId]
 * @property {() => Arrival} [arrival]
 */

// The document before ours in this tab frees its lock when it goes, which takes seconds on a slow
// machine. A duplicate finds the lock of a document that stays, and is not kept waiting.
const PATIENCE_MS = { reload: 10_000, next: 10_000, new: 300 };

/**
 * Tells which document may hold our id: the one before ours in this tab, or one in another tab.
 * @returns {Arrival}
 */
export function arrival() {
  const [entry] = performance.getEntriesByType("navigation");
  if (/** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type === "reload")
    return "reload";
  return /** @type {any} */ (globalThis).navigation?.activation?.from ? "next" : "new";
}

export class ClientIdentity {
  /** @type {Release | null} */
  #release = null;

  /**
   * @param {string} user another person who signs in here is another client
   * @param {IdentityOptions} [options]
   */
  constructor(user, options = {}) {
    this.session = options.session ?? storageOrMemory(() => window.sessionStorage);
    this.local = options.local ?? storageOrMemory(() => window.localStorage);
    this.lock = options.lock ?? holdLock;
    this.arrival = options.arrival ?? arrival;
    this.newId = options.newId ?? (() => crypto.randomUUID());
    this.key = `console.client.${user}`;
    this.formerKey = `console.formerly.${user}`;
    this.serialKey = `console.serial.${user}`;
    this.serial = 0;
    this.client = "";
    this.store = new EventStore(new MemoryStorage(), "");
  }

  /**
   * One id for all documents of this browser and site; none where storage is refused: then nothing
   * is known to be shared.
   */
  get browser() {
    if (this.local instanceof MemoryStorage) return undefined;
    return kept(this.local, "console.browser", this.newId);
  }

  /** Settles the identity; runs again after the back/forward cache. */
  async open() {
    const id = kept(this.session, this.key, this.newId);
    const lock = `console-client-${id}`;
    const came = this.client ? "next" : this.arrival();
    this.#release = await this.lock(lock, { patienceMs: PATIENCE_MS[came] });
    // The document before the reload cannot stay, even if it is slow to go.
    if (came === "reload") this.#release ??= await this.lock(lock, { steal: true });
    if (this.#release) return this.#become(id);
    return this.renew(id);
  }

  /**
   * Another document speaks under our id, which we found in storage: it keeps the id and
   * its unsent events.
   * @param {string} taken
   */
  async renew(taken) {
    this.close();
    new EventStore(this.session, taken).forget();
    const id = this.newId();
    save(this.session, this.key, id);
    this.#release = await this.lock(`console-client-${id}`);
    this.#become(id);
  }

  /**
   * Another document has taken our id: unsent events are sent under the new one, which names the
   * old.
   */
  async replace() {
    const { client, store } = this;
    await this.renew(client);
    save(this.session, this.formerKey, client);
    for (const { event, epoch } of store.events) this.store.add(event, epoch);
  }

  /**
   * The id that we had before, under which an earlier phone was started.
   * @returns {string | undefined}
   */
  get formerly() {
    return this.session.getItem(this.formerKey) ?? undefined;
  }

  /**
   * Sockets are numbered: a late message of an earlier one changes nothing.
   * @returns {number}
   */
  nextSerial() {
    this.serial = Math.max(this.serial, Number(this.session.getItem(this.serialKey)) || 0) + 1;
    save(this.session, this.serialKey, String(this.serial));
    return this.serial;
  }

  /** Lets a reload, or the page that comes out of the cache, take the id again. */
  close() {
    this.#release?.();
    this.#release = null;
  }

  /** @param {string} id */
  #become(id) {
    if (this.client === id) return;
    this.client = id;
    this.store = new EventStore(this.session, id);
  }
}

/** @param {TextStorage} storage @param {string} key @param {() => string} make */
function kept(storage, key, make) {
  const found = storage.getItem(key);
  if (found) return found;
  const made = make();
  save(storage, key, made);
  return made;
}

/** @param {TextStorage} storage @param {string} key @param {string} text */
function save(storage, key, text) {
  try {
    storage.setItem(key, text);
  } catch {
    // Full: the id is good until the page is gone.
  }
}
