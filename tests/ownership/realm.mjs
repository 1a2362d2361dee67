// One document in node: the page's real modules with globals of their own, whose time, network and
// locks are the test's.

import { readFileSync } from "node:fs";
import vm from "node:vm";
import { MemoryStorage } from "../../static/js/client/event-store.js";

const STATIC = new URL("../../static/js/", import.meta.url);
const own = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
// Modules that draw or play sound, and the vendor's script.
const REPLACED = {
  "page/fragments.js": "export const apply = async () => {};",
  "frame/frame-audio.js": own("frame-audio.mjs"),
  "providers/pretend/index.js": own("pretend-phone.mjs"),
};
const NATIVE = {
  URL,
  TextEncoder,
  AbortController,
  Event,
  EventTarget,
  DOMException,
  structuredClone,
  queueMicrotask,
};
/** Compiled once. @type {Map<string, {text: string, cachedData?: Buffer}>} */
const compiled = new Map();

export class Realm {
  /** What waits for its turn: it is not taken while the document sleeps. */
  tasks = [];
  timers = new Map();
  awake = true;
  open = true;
  #count = 0;
  #modules = new Map();

  /** @param {{wall: () => number, monotonic: () => number}} clock @param {object} globals */
  constructor(clock, globals) {
    this.clock = clock;
    const window = new EventTarget();
    this.context = vm.createContext({
      ...NATIVE,
      ...this.#time(),
      console: { error() {}, warn() {}, log() {}, info() {} },
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
      ...globals,
    });
    this.window = window;
    this.context.window = this.context;
    this.context.now = clock.wall;
    vm.runInContext("Date.now = now; Math.random = () => 0.5;", this.context);
  }

  #time() {
    const set = (fn, ms = 0, every = 0) => (
      this.timers.set((this.#count += 1), { at: this.clock.monotonic() + ms, fn, every }),
      this.#count
    );
    const clear = (id) => void this.timers.delete(id);
    const timeout = (ms) => {
      const controller = new AbortController();
      set(() => controller.abort(new DOMException("late", "TimeoutError")), ms);
      return controller.signal;
    };
    return {
      setTimeout: set,
      setInterval: (fn, ms) => set(fn, ms, ms),
      clearTimeout: clear,
      clearInterval: clear,
      performance: {
        now: this.clock.monotonic,
        getEntriesByType: () => [{ type: this.arrival ?? "navigate" }],
      },
      AbortSignal: { any: (signals) => AbortSignal.any(signals), timeout },
    };
  }

  /** @param {() => void} task */
  post(task) {
    if (this.open) this.tasks.push(task);
  }

  /** Timers that are due become tasks; one that was late is called once. */
  tick() {
    const now = this.clock.monotonic();
    const due = [...this.timers]
      .filter(([, { at }]) => at <= now)
      .sort(([, one], [, other]) => one.at - other.at);
    for (const [id, { fn, every }] of due) {
      if (every) this.timers.set(id, { at: now + every, fn, every });
      else this.timers.delete(id);
      this.post(fn);
    }
  }

  close() {
    this.open = false;
    this.tasks = [];
    this.timers.clear();
  }

  /** @param {string} name below static/js */
  async import(name) {
    const module = this.#module(new URL(name, STATIC));
    if (module.status === "unlinked")
      await module.link((specifier, from) => this.#module(new URL(specifier, from.identifier)));
    await module.evaluate();
    return module.namespace;
  }

  /** @param {URL} url */
  #module(url) {
    const known = this.#modules.get(url.href);
    if (known) return known;
    const name = url.href.slice(STATIC.href.length);
    const source = compiled.get(name) ?? { text: REPLACED[name] ?? readFileSync(url, "utf8") };
    const module = new vm.SourceTextModule(source.text, {
      context: this.context,
      identifier: url.href,
      cachedData: source.cachedData,
      initializeImportMeta: (meta) => (meta.url = url.href),
      importModuleDynamically: async (specifier) => {
        const found = this.#module(new URL(specifier, url));
        if (found.status === "unlinked")
          await found.link((each, from) => this.#module(new URL(each, from.identifier)));
        await found.evaluate();
        return found;
      },
    });
    // Code from the cache has forgotten who answers its `import()`.
    const keeps = !source.text.includes("import(");
    if (!compiled.has(name))
      compiled.set(name, { ...source, ...(keeps && { cachedData: module.createCachedData() }) });
    this.#modules.set(url.href, module);
    return module;
  }
}

/** What documents of one browser and site share. */
export class Browser {
  local = new MemoryStorage();
  /** name → those who hold it (the first) or wait for it @type {Map<string, object[]>} */
  #queues = new Map();

  /** @param {Realm} realm @returns {object} navigator.locks */
  locks(realm) {
    return {
      request: (name, how, callback) =>
        new Promise((resolve, reject) =>
          this.#ask(name, how, { realm, callback, resolve, reject }),
        ),
      // After the tasks of locks that were lost before.
      query: () => new Promise((resolve) => realm.post(() => resolve({}))),
    };
  }

  #ask(name, { steal = false, signal }, ask) {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    const lost = (error) => ask.realm.post(() => ask.reject(error));
    if (signal?.aborted) return lost(signal.reason);
    if (steal) {
      const former = queue.shift();
      if (former?.held)
        former.realm.post(() => former.reject(new DOMException("stolen", "AbortError")));
      else if (former) queue.unshift(former);
      queue.unshift(ask);
    } else {
      queue.push(ask);
    }
    signal?.addEventListener("abort", () => {
      if (ask.held || !queue.includes(ask)) return;
      queue.splice(queue.indexOf(ask), 1);
      lost(signal.reason);
    });
    this.#next(queue);
  }

  #next(queue) {
    const [first] = queue;
    if (!first || first.held) return;
    first.held = true;
    first.realm.post(() => {
      const leave = () => {
        if (queue.includes(first)) queue.splice(queue.indexOf(first), 1);
        this.#next(queue);
      };
      Promise.resolve(first.callback({})).then(
        (value) => (leave(), first.resolve(value)),
        (error) => (leave(), first.reject(error)),
      );
    });
  }

  /** A document is gone, and its locks with it. @param {Realm} realm */
  gone(realm) {
    for (const queue of this.#queues.values()) {
      queue.splice(0, queue.length, ...queue.filter((ask) => ask.realm !== realm));
      this.#next(queue);
    }
  }
}
