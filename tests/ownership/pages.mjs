// Pages of one agent in node: workspace-session.js and phone-frame.js themselves, driven by
// tests/ownership/real_pages.py. Each line that comes in is a moment and what happens in it; each
// line that goes out is what the pages did, and how they are now.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Browser, Realm } from "./realm.mjs";
import { MemoryStorage } from "../../static/js/client/event-store.js";

const ORIGIN = "http://console.test";
const PHONE = "http://phone.test";
const TABLES = readFileSync(new URL("../js/page-tables.json", import.meta.url), "utf8");
const PAGE_DATA = { textContent: TABLES };
const turn = () => new Promise(setImmediate);

let now = 0;
let out = [];
let pages = new Map();
let browsers = new Map();
let tabs = new Map();
let loading = 0;
let ids = 0;

class Port {
  onmessage = null;
  postMessage(data) {
    const copy = structuredClone(data);
    const { other } = this;
    other.realm?.post(() => other.onmessage?.({ data: copy }));
  }
  close() {
    this.other.realm = undefined;
  }
}

/** The frame of a phone: a document of its own that is gone with its page. */
class Frame extends EventTarget {
  style = {};
  realm = null;

  constructor(page) {
    super();
    this.page = page;
  }

  setAttribute() {}

  get contentWindow() {
    return { postMessage: (data, origin, [port]) => this.#says(data, port) };
  }

  #says(data, port) {
    port.realm = this.realm;
    const event = Object.assign(new Event("message"), {
      source: this.parent,
      origin: ORIGIN,
      data,
      ports: [port],
    });
    this.realm?.post(() => this.realm?.window.dispatchEvent(event));
  }

  async load() {
    loading += 1;
    const { page } = this;
    this.parent = {};
    const realm = new Realm(page.clock, {
      document: Object.assign(new EventTarget(), {
        body: { dataset: { provider: "pretend", consoleOrigin: ORIGIN } },
      }),
      navigator: {},
      parent: this.parent,
      rang: (call) => out.push([page.name, "rang", call]),
    });
    this.realm = realm;
    page.frames.add(this);
    realm.awake = !page.sleeps;
    await realm.import("phone-frame.js");
    page.realm.post(() => this.dispatchEvent(new Event("load")));
    loading -= 1;
  }

  remove() {
    this.realm?.close();
    this.page.frames.delete(this);
  }
}

class Page {
  frames = new Set();
  sockets = new Map();
  fetches = new Map();
  sleeps = false;

  constructor(name, { browser, view, line, ahead = 0, slept = 0 }) {
    Object.assign(this, { name, ahead, slept });
    this.clock = { wall: () => now + this.ahead, monotonic: () => now - this.slept };
    this.browser = browsers.get(browser || name) ?? new Browser();
    browsers.set(browser || name, this.browser);
    Object.assign(this, { view, line });
    const session = tabs.get(name) ?? new MemoryStorage();
    session.setItem("console.client.alice", name);
    if (browser) this.browser.local.setItem("console.browser", browser);
    const arrival = tabs.has(name) ? "reload" : "navigate";
    tabs.set(name, session);
    this.realm = new Realm(this.clock, this.#globals(browser, session, arrival));
    if (browser) this.realm.context.navigator.locks = this.browser.locks(this.realm);
  }

  #globals(browser, sessionStorage, arrival) {
    const page = this;
    class Socket {
      readyState = 0;
      constructor() {
        page.sockets.set((this.id = ids += 1), this);
        out.push([page.name, "socket", this.id]);
      }
      send(text) {
        out.push([page.name, "sent", this.id, text]);
      }
      close() {
        if (this.readyState === 3) return;
        this.readyState = 3;
        out.push([page.name, "closed", this.id]);
      }
    }
    const fetch = (path, { body }) =>
      new Promise((resolve, reject) => {
        page.fetches.set((ids += 1), { resolve, reject });
        out.push([page.name, "fetch", ids, path, body]);
      });
    const document = Object.assign(new EventTarget(), {
      documentElement: { lang: "en" },
      visibilityState: "visible",
      getElementById: () => PAGE_DATA,
      createElement: () => new Frame(page),
      body: { append: (frame) => void frame.load() },
    });
    class MessageChannel {
      constructor() {
        [this.port1, this.port2] = [new Port(), new Port()];
        this.port1.realm = page.realm;
        [this.port1.other, this.port2.other] = [this.port2, this.port1];
      }
    }
    return {
      WebSocket: Socket,
      MessageChannel,
      fetch,
      document,
      sessionStorage,
      ...(browser && { localStorage: this.browser.local }),
      navigator: { userActivation: { hasBeenActive: true } },
      crypto: { randomUUID: () => `${this.name}-${(ids += 1)}` },
      location: {
        href: `${ORIGIN}/`,
        origin: ORIGIN,
        protocol: "http:",
        assign: () => out.push([this.name, "signed out"]),
      },
      performance: { now: this.clock.monotonic, getEntriesByType: () => [{ type: arrival }] },
    };
  }

  async open() {
    loading += 1;
    const { keepConnected, Session } = await this.realm.import("client/session.js");
    const { WorkspaceSession } = await this.realm.import("workspace/workspace-session.js");
    const line = { connection: this.line, provider: "pretend", name: "PBX", extension: "1001" };
    const lines = this.view === "wall" ? [] : [line];
    const user = { id: "alice", name: "Alice", locale: "en" };
    const data = { csrf: "", view: this.view, user, phone_origin: PHONE, lines };
    const PageSession = this.view === "wall" ? Session : WorkspaceSession;
    this.session = keepConnected(new PageSession(data));
    loading -= 1;
  }

  get realms() {
    return [this.realm, ...[...this.frames].map((frame) => frame.realm)].filter(
      (realm) => realm?.open,
    );
  }

  get phones() {
    return [...this.frames].map((frame) => frame.realm?.context.phone).filter(Boolean);
  }

  close() {
    for (const realm of this.realms) realm.close();
    this.browser.gone(this.realm);
    pages.delete(this.name);
  }

  /** Stopped: its workspace alone; asleep: the machine, and its monotonic clock. */
  become({ awake, stopped }) {
    this.sleeps = !awake;
    for (const realm of this.realms) realm.awake = awake && !(stopped && realm === this.realm);
  }

  get now() {
    const { owner, phones } = this.session ?? {};
    const calls = Object.assign({}, ...this.phones.map((phone) => phone.calls()));
    return {
      held: owner?.held ?? 0,
      known: owner?.known ?? 0,
      state: owner?.state ?? "none",
      holder: owner?.holder?.client ?? null,
      others: owner?.fence.others ?? true,
      epoch: phones?.epoch ?? 0,
      rings: this.phones.some((phone) => phone.rings()),
      calls,
    };
  }
}

const ACTIONS = {
  open: (name, how) => {
    const page = new Page(name, how);
    pages.set(name, page);
    void page.open();
  },
  crash: (name) => pages.get(name)?.close(),
  /** pagehide; what it says still leaves. */
  leave: (name) => pages.get(name)?.realm.window.dispatchEvent(new Event("pagehide")),
  become: (name, how) => pages.get(name)?.become(how),
  ahead: (name, ms) => pages.has(name) && (pages.get(name).ahead += ms),
  /** A wall has no such button. */
  take: (name, call) => on(name, (page) => page.session?.takeOver?.({ call })),
  opened: (name, id) => socket(name, id, (one) => ((one.readyState = 1), one.onopen?.())),
  frame: (name, id, data) => socket(name, id, (one) => one.onmessage?.({ data })),
  over: (name, id, code) =>
    socket(name, id, (one) => ((one.readyState = 3), one.onclose?.({ code }))),
  answer: (name, id, status, body) =>
    on(name, ({ fetches }) => {
      const { resolve, reject } = fetches.get(id) ?? {};
      fetches.delete(id);
      if (!status) return reject?.(new TypeError("network"));
      resolve?.({
        status,
        ok: status < 300,
        headers: { get: (of) => (of === "Content-Type" ? "application/json" : null) },
        json: async () => body,
      });
    }),
  comes: (name, call) => pages.get(name)?.phones.some((phone) => phone.comes(call)),
  hangsUp: (name, call) => pages.get(name)?.phones.forEach((phone) => phone.hangsUp(call)),
  answers: (name, call) => on(name, (page) => void page.session?.command("answer", { call })),
};

function on(name, action) {
  const page = pages.get(name);
  page?.realm.post(() => page.realm.open && action(page));
}

function socket(name, id, action) {
  on(name, ({ sockets }) => {
    const one = sockets.get(id);
    if (one && one.readyState !== 3) action(one);
  });
}

async function settle() {
  for (let idle = 0; idle < 2;) {
    await turn();
    const ready = [...pages.values()]
      .flatMap((page) => page.realms)
      .filter((realm) => realm.awake && realm.tasks.length);
    for (const realm of ready) realm.tasks.shift()?.();
    idle = ready.length || loading ? 0 : idle + 1;
  }
}

async function step({ fresh, at, actions = [] }) {
  if (fresh) {
    for (const page of [...pages.values()]) page.close();
    [pages, browsers, tabs, ids] = [new Map(), new Map(), new Map(), 0];
  }
  const passed = fresh ? 0 : at - now;
  now = at;
  for (const page of pages.values()) if (page.sleeps) page.slept += passed;
  for (const page of pages.values()) for (const realm of page.realms) if (realm.awake) realm.tick();
  for (const [action, ...args] of actions) ACTIONS[action](...args);
  await settle();
  const told = {
    out,
    pages: Object.fromEntries([...pages].map(([name, page]) => [name, page.now])),
  };
  out = [];
  return told;
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await step(JSON.parse(line)))}\n`);
