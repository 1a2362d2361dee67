// Loads a vendor's scripts, one after another, and again until all of them are there.

import { Pause } from "./wait.js";

const LOAD_MS = 10_000;
const RETRY_MS = [2000, 5000, 10_000, 20_000, 30_000];

/** A script does not load. */
export class ScriptError extends Error {
  /** @param {string} host that should have sent it */
  constructor(host) {
    super(`a script does not load from ${host}`);
    this.host = host;
  }
}

/** @param {string} address @returns {Promise<void>} */
export function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => {
      clearTimeout(late);
      script.remove();
      reject(new ScriptError(new URL(address, location.href).host));
    };
    const late = setTimeout(fail, LOAD_MS);
    script.onload = () => (clearTimeout(late), resolve());
    script.onerror = fail;
    script.async = false;
    script.src = address;
    document.body.append(script);
  });
}

export class ScriptLoader {
  #loaded = new Set();
  #pause = new Pause();
  #stopped = false;

  /**
   * @param {(host: string) => void} missing whose script does not load; "": all are there
   * @param {(address: string) => Promise<void>} [load]
   */
  constructor(missing, load = loadScript) {
    this.missing = missing;
    this.load = load;
  }

  /** @param {string[]} addresses @returns {Promise<boolean>} false: it was stopped */
  async run(addresses) {
    for (let tries = 0; !this.#stopped; tries++) {
      const host = await this.#loadAll(addresses);
      this.missing(host);
      if (!host) return true;
      await this.#pause.for(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    }
    return false;
  }

  /** Tries again at once. */
  hurry() {
    this.#pause.end();
  }

  stop() {
    this.#stopped = true;
    this.hurry();
  }

  /** @param {string[]} addresses @returns {Promise<string>} the host whose script is missing */
  async #loadAll(addresses) {
    try {
      for (const address of addresses.filter((each) => !this.#loaded.has(each))) {
        await this.load(address);
        this.#loaded.add(address);
      }
      return "";
    } catch (error) {
      if (error instanceof ScriptError) return error.host;
      throw error;
    }
  }
}
