// The outgoing numbers (hotlines), of which some builds of VCC's scripts offer several. A dialled
// call goes out under the one that the agent chose.

import { CommandError } from "../kit/run-command.js";
import { until } from "../kit/wait.js";
import { vendor } from "./vendor.js";

const LIST_MS = 3000;

export class Hotlines {
  /** The id as the script gave it; undefined: VCC chooses. @type {unknown} */
  #chosen;
  /** The choice of an earlier phone, until the script's list confirms it. */
  #kept = "";

  /** @param {import("../../types/provider").PhoneFrame} frame */
  constructor(frame) {
    this.frame = frame;
  }

  /** @param {unknown} kept */
  begin(kept) {
    this.#kept = String(kept ?? "");
  }

  /** @returns {Promise<import("../../types/provider").Result>} */
  async read() {
    if (!vendor.voice.getCalloutServices) return { ok: false, code: "unsupported" };
    await this.#restore();
    const items = this.#services.map((service) => this.#item(service));
    return { ok: true, items: [...this.#noChoice, ...items] };
  }

  /** @param {string} hotline "": VCC chooses */
  choose(hotline) {
    const found = this.#find(hotline);
    if (hotline && !found) throw new CommandError("hotline_gone");
    this.#kept = "";
    this.#chosen = found?.callout_id;
    const name = String(found?.descriptions ?? hotline);
    this.frame.emit({ type: "hotline_changed", hotline, name });
  }

  /**
   * The arguments of csCallout after the number. A lost choice is refused once, so that the next
   * dial goes out.
   */
  async forDial() {
    await this.#restore();
    if (this.#kept) {
      this.choose("");
      throw new CommandError("hotline_gone");
    }
    return this.#chosen === undefined ? [] : [this.#chosen];
  }

  /** The list may come a moment after the sign-in. */
  async #restore() {
    if (!this.#kept || !vendor.voice.getCalloutServices) return;
    await until(() => this.#services.length > 0, LIST_MS);
    if (this.#find(this.#kept)) this.choose(this.#kept);
  }

  /** Leaving the choice to VCC is an item of its own only where VCC names no default. */
  get #noChoice() {
    const services = this.#services;
    const offered = services.length > 1 && !services.some(isDefault);
    return offered ? [{ id: "", name: "", chosen: this.#chosen === undefined }] : [];
  }

  /** @param {any} service */
  #item(service) {
    const { callout_id: id, descriptions: name } = service;
    const chosen = this.#chosen === undefined ? isDefault(service) : id === this.#chosen;
    return { id: String(id), name: String(name ?? id), chosen };
  }

  /** @param {string} hotline */
  #find(hotline) {
    return this.#services.find(({ callout_id: id }) => String(id) === hotline);
  }

  /** @returns {any[]} */
  get #services() {
    const services = vendor.voice.getCalloutServices?.();
    return Array.isArray(services) ? services : [];
  }
}

/** It comes as a number, as a text or as true. @param {{is_default?: unknown}} service */
const isDefault = ({ is_default: value }) => Number(value) === 1;
