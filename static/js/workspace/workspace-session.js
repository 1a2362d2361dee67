// The session of a page with phones: joins the link to the server with ownership and phones.

import { storageOrMemory } from "../client/event-store.js";
import { Fence } from "../client/fence.js";
import { PhoneLockWatch } from "../client/phone-lock.js";
import { postJson } from "../client/post-json.js";
import { serverClock } from "../client/server-clock.js";
import { Session } from "../client/session.js";
import { TabOwner } from "../client/tab-owner.js";
import { refusalOf } from "../phone/line-info.js";
import { Phones } from "../phone/phones.js";
import { SERVER_COMMANDS, StandbyPhone } from "../phone/standby-phone.js";

/** @typedef {import("../client/socket.js").Message} Message */
/** @typedef {import("../client/session.js").PageData} PageData */
/** @typedef {import("../client/session.js").SessionEvent} SessionEvent */
/** @typedef {import("../phone/phone.js").PhoneEvent} PhoneEvent */
/** @typedef {import("../phone/phone.js").PhonesStatus} PhonesStatus */
/** @typedef {import("../phone/phone.js").Result} Result */

const FENCE_MS = 30_000;
// A browser refuses a keepalive request of more than 64 KB.
const LEAVE_BYTES = 60_000;

export class WorkspaceSession extends Session {
  #lockWatch = new PhoneLockWatch({
    onfree: () => this.owner.claimFromDead(),
    pause: (ms) => this.ticker.after(ms),
  });
  /**
   * The devices that the agent has chosen, in the frame's words.
   * @type {(() => object) | undefined}
   */
  audio;
  #storage = storageOrMemory(() => localStorage);
  /** The microphone and registration in the last pong. */
  #microphone = "unknown";
  #registered = false;

  /** @param {PageData} page */
  constructor(page) {
    super(page);
    this.post = postJson(page.csrf);
    this.phones = this.#ownPhones();
    this.owner = this.#tabOwner();
    this.standby = new StandbyPhone(
      this.post,
      () => ({ client: this.identity.client, epoch: this.owner.epoch }),
      () => this.phones.status.microphone,
      () => this.owner.state !== "follower",
    );
  }

  async open() {
    await this.identity.open();
    this.owner.client = this.identity.client;
    this.link.socket.open();
  }

  beat() {
    this.owner.beat();
    this.phones.beat(this.owner.silent);
    super.beat();
  }

  /** The phone that carries out commands here: the phones of this tab, or the remote control. */
  get phone() {
    return this.#phoneFor("");
  }

  /**
   * A call that is alive here is controlled here, also when its lease has gone.
   * @param {string} call
   */
  #phoneFor(call) {
    return this.phones.running || this.phones.has(call) ? this.phones : this.standby;
  }

  /** @param {string} name @param {Record<string, any>} [args] @returns {Promise<Result>} */
  async command(name, args = {}) {
    const { call = "" } = args;
    const phone = SERVER_COMMANDS.has(name) ? this.standby : this.#phoneFor(call);
    const result = await phone.command(name, args);
    if (result.code !== "unsupported" || result.sentence) return result;
    return { ...result, sentence: this.#unsupported(name, call, args.connection) };
  }

  /** @param {string} name @param {string} call @param {string} [connection] of the line */
  #unsupported(name, call, connection = this.phones.connectionOf(call)) {
    const { lines = [] } = this.page;
    const line = lines.find((each) => each.connection === connection) ?? lines[0];
    const device = document.getElementById("availability")?.dataset.device ?? "";
    return refusalOf(line, device, name);
  }

  /**
   * The outgoing number that the agent chose on a line, kept in this browser.
   * @param {string} connection
   * @returns {string} empty when the phone system chooses
   */
  keptHotline(connection) {
    return this.#storage.getItem(this.#hotlineKey(connection)) ?? "";
  }

  /** @param {string} connection @param {string} hotline */
  keepHotline(connection, hotline) {
    this.#storage.setItem(this.#hotlineKey(connection), hotline);
  }

  /** @param {string} connection */
  #hotlineKey(connection) {
    return `console.hotline.${this.page.user.id}.${connection}`;
  }

  /**
   * Runs only after a click of the agent.
   * @param {{call?: "move" | "end"}} [options]
   * @returns {boolean} false while there is no connection
   */
  takeOver({ call } = {}) {
    return this.owner.takeOver(call);
  }

  /** The server knows whether a reload is under way. */
  leave() {
    this.phones.leave();
    const { client, store, serial } = this.identity;
    const epoch = this.owner.leave();
    const events = store.fitting(LEAVE_BYTES);
    if (epoch) this.link.socket.send("lease.leaving", { epoch });
    if (epoch || events.length)
      void this.post("/commands/leave", { client, epoch, events, serial }, { keepalive: true });
    this.#lockWatch.watch(false);
    super.leave();
  }

  handlers() {
    return {
      /** @param {Message} message */
      welcome: ({ lease }) => this.owner.welcome(lease),
      /** @param {any} message */
      "lease.granted": (message) => this.owner.granted(message),
      /** @param {any} message */
      "lease.denied": (message) => this.owner.denied(message),
      /** @param {any} message */
      "lease.revoked": (message) => void this.owner.revoked(message),
      /** @param {Message} message */
      command: (message) => void this.#obey(message),
      /** @param {Message} message */
      "command.result": (message) => this.standby.finish(message),
    };
  }

  hello() {
    this.owner.fence.connected();
    const { held } = this.owner;
    return { ...super.hello(), ...(held && { epoch: held }) };
  }

  /** @param {Message} ping */
  pinged(ping) {
    super.pinged(ping);
    this.owner.ping(/** @type {any} */ (ping));
  }

  phoneFields() {
    const { microphone, registered, calls, audible: heard } = this.phones.status;
    this.#microphone = microphone;
    this.#registered = registered;
    const audible = this.phones.running ? heard : this.activity.audible;
    return { epoch: this.owner.held, audible, microphone, registered, calls };
  }

  /** The events of the phones that stop here belong to the old client id. */
  async replaced() {
    await this.owner.replaced();
    await super.replaced();
    this.owner.client = this.identity.client;
  }

  /** A call in progress outlives the session: the agent is talking. */
  async signedOut() {
    if (this.phones.live) await this.owner.replaced(); // it takes no new call
    while (this.phones.live) await this.ticker.after(1000);
    await this.phones.stop("signed_out");
    await super.signedOut();
  }

  /** @returns {Phones} */
  #ownPhones() {
    const { phone_origin: origin = location.origin, lines = [] } = this.page;
    return new Phones({
      lines,
      origin,
      fenceMs: this.page.waits?.fence ?? FENCE_MS,
      post: this.post,
      clock: serverClock,
      pause: (ms) => this.ticker.after(ms),
      client: () => this.identity.client,
      checkFence: () => this.owner.beat(),
      mayBegin: () => this.owner.mayBegin,
      onevent: (event, epoch) => this.#phoneEvent(event, epoch),
      onstatus: (status) => this.#phoneStatus(status),
      onmessage: (message) => this.notify(/** @type {SessionEvent} */ (message.type), message),
      audio: () => this.audio?.(),
      hotline: (connection) => this.keptHotline(connection),
      onstale: () => this.owner.stale(),
      onstolen: () => void this.owner.stolen(),
    });
  }

  /** @returns {TabOwner} */
  #tabOwner() {
    return new TabOwner({
      fence: new Fence(this.page.waits?.fence ?? FENCE_MS),
      phones: this.phones,
      send: (type, fields) => this.link.socket.send(type, fields),
      onchange: (ownership) => this.#ownership(ownership),
    });
  }

  /** @param {import("../client/tab-owner.js").Ownership} ownership */
  #ownership(ownership) {
    const { state, holder } = ownership;
    const { browser } = this.identity;
    const isNear = Boolean(browser) && holder?.browser === browser;
    this.#lockWatch.watch(state === "follower" && isNear);
    this.notify("owner", ownership);
  }

  /**
   * Reports at once the two facts that decide whether a call reaches the agent.
   * @param {PhonesStatus} status
   */
  #phoneStatus(status) {
    const { microphone, registered } = status;
    if (microphone !== this.#microphone || registered !== this.#registered) this.pongAgain();
    this.notify("status", status);
  }

  /**
   * @param {PhoneEvent} event
   * @param {number | null} epoch that carries it; null: for this page alone
   */
  #phoneEvent(event, epoch) {
    if (epoch !== null) this.link.events.add(event, epoch);
    this.notify("phone", event);
  }

  /**
   * Carries out a command that a follower or the server sends to our phone.
   * @param {Message} command
   */
  async #obey({ id, name, args, epoch, expires }) {
    const { ok, code } =
      this.#refusal(epoch, expires, args.call) ?? (await this.phones.command(name, args));
    this.link.socket.send("command.result", { id, ok, ...(code && { code }) });
  }

  /**
   * @param {number} epoch
   * @param {number} expires
   * @param {string} [call]
   * @returns {Result | null}
   */
  #refusal(epoch, expires, call = "") {
    const ours = this.phones.running && epoch === this.owner.held;
    // A call outlives its lease here, and is controlled under the epoch that carries it.
    if (!ours && this.phones.epochOf(call) !== epoch) return { ok: false, code: "stale_epoch" };
    return expires <= serverClock.now() ? { ok: false, code: "expired" } : null;
  }
}
