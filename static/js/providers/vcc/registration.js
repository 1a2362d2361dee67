// Whether calls reach the agent through this page.

import { RegistrationWatch } from "../kit/registration-watch.js";
import { vendor } from "./vendor.js";

/** @import { PhoneFrame } from "../../types/provider" */
/** @import { Devices } from "./devices.js" */

export class Registration extends RegistrationWatch {
  /** Unregistered by command. */
  parked = false;

  /** @param {PhoneFrame} frame @param {Devices} devices */
  constructor(frame, devices) {
    super(frame, "sip");
    this.devices = devices;
  }

  /**
   * @param {boolean} owner VCC has given this page the voice
   * @param {boolean} inCall csUnregister waits: it stops the user agent, and every call in it
   */
  update(owner, inCall) {
    if (this.parked && !inCall && vendor.sipRegistered) vendor.stopSip();
    const wanted = owner && !this.parked;
    const rings = !this.devices.isOnItsWay && (!this.devices.inBrowser || vendor.sipRegistered);
    this.look(wanted, wanted && rings);
  }

  /** csUnregister stops JsSIP for good; only its own start brings it back. */
  startSip() {
    if (!this.parked && this.devices.inBrowser && !vendor.sipRegistered) vendor.startSip();
  }
}
