// Joins the parts that make a page a client of the server: identity, link, ownership, phones. It
// draws nothing.

import { Attention } from "./page-activity.js";
import { ClientIdentity } from "./client-identity.js";
import { storageOrMemory } from "./event-store.js";
import { Fence } from "./fence.js";
import { refusalOf } from "../phone/line-info.js";
import { Listeners } from "./listeners.js";
import { PhoneLockWatch } from "./phone-lock.js";
import { Phones } from "../phone/phones.js";
import { postJson } from "./post-json.js";
import { serverClock } from "./server-clock.js";
import { ServerLink } from "./server-link.js";
import { SERVER_COMMANDS, StandbyPhone } from "../phone/standby-phone.js";
import { TabOwner } from "./tab-owner.js";
import { Ticker } from "./ticker.js";

export { serverNow } from "./server-clock.js";

/** @typedef {import("../phone/phone.js").PhoneEvent} PhoneEvent */
/** @typedef {import("../phone/phone.js").Result} Result */

/**
 * @typedef {object} PageData
 * @property {string} csrf
 * @property {"workspace" | "wall" | "embed"} view
 * @property {{id: string, name: string, locale: string, audio?: import("../workspace/audio-choice.js").Audio | null}} user
 * @property {string} [phone_origin]
 * @property {import("../phone/phones.js").Line[]} [lines]
 * @property {{fence?: number}} [waits] ms
 */

const FENCE_MS = 30_000;
// A browser refuses a keepalive request of more than 64 KB.
const LEAVE_BYTES = 60_000;

export class ConsoleSession {
  #attention = new Attention();
  #listeners = new Listeners();
  #ticker = new Ticker();
  #lockWatch = new PhoneLockWatch({
    onfree: () => this.owner.claimFromDead(),
    pause: (ms) => this.#ticker.after(ms),
  });
  /**
   * The devices that the agent has chosen, in the frame's words.
   * @type {(() => object) | undefined}
   */
  audio;
  /** The last ping of the server, and the microphone and registration in the last answer. */
  #ping = 0;
  #microphone = "unknown";
  #registered = false;
  #storage = storageOrMemory(() => localStorage);

  /** @param {PageData} page */
  constructor(page) {
    this.page = page;
    this.post = postJson(page.csrf);
    this.identity = new ClientIdentity(page.user.id);
    this.phones = this.#ownPhones();
    this.link = this.#serverLink();
    this.owner = this.#tabOwner();
    this.standby = new StandbyPhone(
      this.post,
      () => ({ client: this.identity.client, epoch: this.owner.epoch }),
      () => this.phones.status.microphone,
      () => this.owner.state !== "follower",
    );
    this.#ticker.each(
      () => (this.owner.beat(), this.phones.beat(this.owner.silent), this.link.socket.beat()),
    );
  }

  async open() {
    await this.identity.open();
    this.owner.client = this.identity.client;
    this.link.socket.open();
  }

  /** Whatever carries out commands here: the phones themselves, or the remote control of them. */
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

  /**
   * @param {"owner" | "link" | "heard" | "phone" | "status" | "applied" | "levels" | "devices" | "test"} name
   * @param {(detail: any) => void} listener
   * @returns {() => void} ends it
   */
  on(name, listener) {
    return this.#listeners.on(name, listener);
  }

  /** @param {string} name @param {Record<string, any>} [args] @returns {Promise<Result>} */
  async command(name, args = {}) {
    const result = await (
      SERVER_COMMANDS.has(name) ? this.standby : this.#phoneFor(args.call ?? "")
    ).command(name, args);
    if (result.code !== "unsupported" || result.sentence) return result;
    const connection = args.connection ?? this.phones.connectionOf(args.call ?? "");
    const line =
      (this.page.lines ?? []).find((each) => each.connection === connection) ??
      this.page.lines?.[0];
    return {
      ...result,
      sentence: refusalOf(
        line,
        document.getElementById("availability")?.dataset.device ?? "",
        name,
      ),
    };
  }

  /**
   * The outgoing number that the agent chose on a line.
   * @param {string} connection
   * @returns {string} "": the phone system chooses
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
   * Only ever after a person's click.
   * @param {{call?: "move" | "end"}} [how]
   * @returns {boolean} false : offline
   */
  takeOver({ call } = {}) {
    return this.owner.takeOver(call);
  }

  /**
   * `pagehide`, also into the back/forward cache. The server knows whether a reload is under way.
   */
  leave() {
    this.phones.leave();
    const { client, store, serial } = this.identity;
    const epoch = this.owner.leave();
    const events = store.fitting(LEAVE_BYTES);
    if (epoch) this.link.socket.send("lease.leaving", { epoch });
    if (epoch || events.length)
      void this.post("/commands/leave", { client, epoch, events, serial }, { keepalive: true });
    this.#lockWatch.watch(false);
    this.link.socket.close();
    this.identity.close();
  }

  /** @returns {ServerLink} */
  #serverLink() {
    return new ServerLink({
      url: Object.assign(new URL("/realtime", location.href), {
        protocol: location.protocol.replace("http", "ws"),
      }).href,
      identity: this.identity,
      hello: () => this.#hello(),
      on: {
        welcome: ({ lease }) => this.owner.welcome(lease),
        ping: (message) => this.#answer(message),
        "lease.granted": (message) => this.owner.granted(message),
        "lease.denied": (message) => this.owner.denied(message),
        "lease.revoked": (message) => void this.owner.revoked(message),
        command: (message) => void this.#obey(message),
        "command.result": (message) => this.standby.heard(message),
      },
      onreplaced: () => this.#replaced(),
      onsignedout: () => void this.#signedOut(),
      tell: (name, detail) => this.#listeners.tell(name, detail),
    });
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
      pause: (ms) => this.#ticker.after(ms),
      client: () => this.identity.client,
      checkFence: () => this.owner.beat(),
      mayBegin: () => this.owner.mayBegin,
      onevent: (event, epoch) => this.#heard(event, epoch),
      onstatus: (status) => this.#heardStatus(status),
      onnews: (message) => this.#listeners.tell(message.type, message),
      audio: () => this.audio?.(),
      hotline: (connection) => this.keptHotline(connection),
      onstale: () => this.owner.stale(),
      onstolen: () => void this.owner.stolen(),
    });
  }

  /** @returns {TabOwner} */
  #tabOwner() {
    return new TabOwner(
      {
        fence: new Fence(this.page.waits?.fence ?? FENCE_MS),
        phones: this.phones,
        send: (type, fields) => this.link.socket.send(type, fields),
        onchange: (ownership) => this.#owned(ownership),
      },
      this.page.view === "wall",
    );
  }

  /** @param {import("./tab-owner.js").Ownership} ownership */
  #owned(ownership) {
    const { browser } = this.identity;
    this.#lockWatch.watch(
      ownership.state === "follower" && Boolean(browser) && ownership.holder?.browser === browser,
    );
    this.#listeners.tell("owner", ownership);
  }

  #hello() {
    const { client, browser, formerly } = this.identity;
    const serial = this.identity.nextSerial();
    const { held } = this.owner;
    this.owner.parts.fence.connected();
    const locale = document.documentElement.lang || this.page.user.locale;
    const known = {
      ...(browser && { browser }),
      ...(formerly && { formerly }),
      ...(held && { epoch: held }),
    };
    return { client, serial, view: this.page.view, locale, ...known };
  }

  /**
   * Answered here and now: in a hidden page message handlers run at once, timers once a minute.
   * @param {import("./messages.js").Message} ping
   */
  #answer(ping) {
    serverClock.heard(ping.at);
    this.owner.ping(/** @type {any} */ (ping));
    this.#ping = ping.n;
    this.#pong();
  }

  #pong() {
    const { microphone, registered, calls, audible } = this.phones.status;
    const { visible, used } = this.#attention;
    const heard = this.phones.running ? audible : this.#attention.audible;
    this.#microphone = microphone;
    this.#registered = registered;
    this.link.socket.send("pong", {
      n: this.#ping,
      epoch: this.owner.held,
      audible: heard,
      microphone,
      registered,
      visible,
      used,
      calls,
    });
  }

  /**
   * Whether a call reaches the agent depends on both: the server hears at once.
   * @param {any} status
   */
  #heardStatus(status) {
    const { microphone, registered } = status;
    const changed = microphone !== this.#microphone || registered !== this.#registered;
    if (this.#ping && changed) this.#pong();
    this.#listeners.tell("status", status);
  }

  /**
   * A follower, or the server, asks our phone for something.
   * @param {import("./messages.js").Message} command
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

  /**
   * @param {PhoneEvent} event
   * @param {number | null} epoch that carries it; null: for this page alone
   */
  #heard(event, epoch) {
    if (epoch !== null) this.link.events.add(event, epoch);
    this.#listeners.tell("phone", event);
  }

  /** What our phones say while they stop is of the old client, which is another document now. */
  async #replaced() {
    await this.owner.replaced();
    await this.identity.replace();
    this.owner.client = this.identity.client;
  }

  /** A call in progress outlives the session: its person is talking. */
  async #signedOut() {
    if (this.phones.live) await this.owner.replaced(); // it takes no new call
    while (this.phones.live) await this.#ticker.after(1000);
    await this.phones.stop("signed_out");
    if (this.page.view !== "embed") location.assign("/sign-in");
  }
}

/**
 * Connects this page and keeps it connected.
 * @param {PageData} page
 * @returns {ConsoleSession} at once; its events tell what becomes of it
 */
export function connectConsole(page) {
  const session = new ConsoleSession(page);
  addEventListener("pagehide", () => session.leave());
  addEventListener("pageshow", ({ persisted }) => persisted && void session.open());
  addEventListener("online", () => session.link.socket.hurry());
  document.addEventListener("visibilitychange", () => session.link.socket.hurry());
  void session.open();
  return session;
}
