// What keeps a phone from beginning calls: the workspace's fence, or the frame's own watchdog.

import { Watchdog } from "./watchdog.js";

/** @typedef {import("./types/provider").ProviderPhone} ProviderPhone */

export class FrameFence {
  #byPage = false;
  /** The phone is to be registered. */
  #wanted = true;
  /** The watchdog has unregistered it. */
  #parked = false;

  /** @param {() => ProviderPhone | null} phone @param {Watchdog} [watchdog] */
  constructor(phone, watchdog = new Watchdog(() => this.changed())) {
    this.phone = phone;
    this.watchdog = watchdog;
  }

  get closed() {
    return this.watchdog.closed || this.#byPage;
  }

  /** @param {number} ms the fence's time @param {string} [availability] */
  begin(ms, availability) {
    this.watchdog.patience = ms;
    this.watchdog.heard();
    this.#wanted = availability !== "offline";
  }

  /** @param {boolean} on as the workspace says */
  set(on) {
    this.#byPage = on;
    this.changed();
  }

  /** What the workspace wants of the registration. @param {string} name @param {Record<string, any>} args */
  asked(name, { availability }) {
    if (name === "set_availability") this.#wanted = availability !== "offline";
    else if (name === "register" || name === "unregister") this.#wanted = name === "register";
    else return;
    this.#parked &&= this.#wanted;
  }

  /** A stopped page cannot unregister an idle phone, and a call in progress goes on. */
  look() {
    const phone = this.phone();
    if (!phone) return;
    const { registered, calls } = phone.status();
    if (this.#parked && !this.closed) this.#park(phone, false);
    else if (!this.#parked && this.watchdog.closed && (registered || this.#wanted) && !calls.length) this.#park(phone, true);
  }

  changed() {
    if (this.closed) this.phone()?.fenced();
    this.look();
  }

  /** @param {ProviderPhone} phone @param {boolean} on */
  #park(phone, on) {
    this.#parked = on;
    const done = phone.command(on ? "unregister" : "register", {});
    done.catch((error) => console.error("phone", error));
  }
}
