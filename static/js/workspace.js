// The agent's page: joins the session with the views and the controls.

import { AudioChoice } from "./workspace/audio-choice.js";
import { CallView } from "./workspace/call-view.js";
import { startClock } from "./page/clock.js";
import { keepLists } from "./workspace/kept-list.js";
import { keepConnected } from "./client/session.js";
import { DialField, wireCallbacks, wireRecent } from "./workspace/dial.js";
import { refusalOf, sentenceOf } from "./phone/line-info.js";
import { MicrophonePanel, checkMicrophone } from "./workspace/microphone-panel.js";
import { Notes } from "./workspace/notes.js";
import { PhoneStatus } from "./workspace/phone-status.js";
import { WorkspaceSession } from "./workspace/workspace-session.js";
import { serverNow } from "./client/server-clock.js";
import { reason, text } from "./page/i18n.js";
import { pageData } from "./page/page-data.js";

const page = pageData();
const session = keepConnected(new WorkspaceSession(page));
/**
 * Fetched with the first call.
 * @type {Promise<import("./workspace/customer.js").Customer | undefined> | undefined}
 */
let customer;
/** @type {import("./workspace/notifications.js").Notifications | undefined} */
let notifications;
/**
 * Fetched when its menu opens, or when a device is lost.
 * @type {import("./workspace/audio-panel.js").AudioPanel | undefined}
 */
let audio;
/** The modules outside the first load, for a ready phone, a gesture or a call. */
let isRestFetched = false;
/** @type {import("./workspace/call-announcer.js").CallAnnouncer | undefined} */
let aloud;
/** @type {import("./workspace/page-title.js").PageTitle | undefined} */
let title;
/** @type {import("./workspace/outcomes.js").Outcomes | undefined} */
let outcomes;
/** @type {import("./workspace/quality-view.js").QualityView | undefined} */
let quality;
/** @type {import("./workspace/command-bar.js").CommandBar | undefined} */
let commands;
/**
 * Only where a phone system offers outgoing numbers to choose from.
 * @type {import("./workspace/hotlines.js").Hotlines | undefined}
 */
let hotlines;
const notes = new Notes(
  page.user.id,
  (call, note) => session.command("note", { call, text: note }),
  serverNow,
);
const calls = new CallView({
  command: (name, args) => session.command(name, args),
  read: async (call, what) => session.phones.read(session.phones.connectionOf(call) ?? "", what),
  hasDraft: (call) => notes.hasDraft(call),
  onchange: (cards, primaryCall) => {
    title?.show(cards);
    aloud?.show(cards);
    notifications?.show(cards);
    quality?.draw(cards, primaryCall);
    if (cards.length) void fetchRest();
    if (cards.length) void fetchCallParts();
    showCustomer(cards);
  },
  ondone: () =>
    document.getElementById("calls")?.dataset.availability === "wrap_up" &&
    void setAvailability("available", ""),
});
const phoneStatus = new PhoneStatus({
  takeOver,
  onCall: () => calls.live.length > 0,
  takeVoice: () => session.phones.command("register", { take: true }),
  tryAgain: () => session.phones.tryAgain(),
  lines: page.lines ?? [],
});
const microphone = new MicrophonePanel(() => checkMicrophone(session.phone, page.lines ?? []));
const dial = new DialField((number, connection) =>
  session.command("dial", { number, ...(connection && { connection }) }),
);
/**
 * Fetched when its menu opens.
 * @type {import("./workspace/calling-device-panel.js").CallingDevicePanel | undefined}
 */
let devices;
/** @type {import("./workspace/sound-share.js").SoundShare | undefined} */
let share;
const choice = new AudioChoice(
  page.user.audio,
  async (audio) => (await session.post("/preferences", { audio })).ok,
);
session.audio = () => choice.forFrame();
document.addEventListener("focusin", ({ target }) => {
  void fetchRest();
  if (/** @type {Element} */ (target).matches("input, textarea")) void fetchCallParts();
});
// The page that signs out goes away, and its call with it.
document
  .getElementById("sign-out")
  ?.addEventListener("formdata", ({ formData }) => formData.set("client", session.identity.client));
// A key that is carried out later than this may hit another call.
const EARLY_MS = 1000;
/**
 * Keys that were pressed a moment before the shortcuts were there.
 * @type {KeyboardEvent[] | null}
 */
let early = [];
document.addEventListener("keydown", (event) => {
  early = early && [...early.filter(isRecent), event];
  void fetchRest();
});

startClock();
keepLists();
wireRecent((number) => dial.fill(number));
wireCallbacks({
  command: session.command.bind(session),
  fill: dial.fill.bind(dial),
  showNotice,
});

session.on("owner", (ownership) => {
  phoneStatus.owner(ownership);
  if (ownership.state === "follower") void fetchRest(); // no phone will be ready here
  if (!phoneStatus.owned && !session.phones.live) calls.phoneGone();
  audio?.phone();
});
session.on("devices", async (news) => {
  if (audio || news.lost?.length || news.back?.length) (await fetchAudio()).devices(news);
});
session.on("test", (news) => audio?.test(news));
session.on("levels", (levels) => audio?.levels(levels));
session.on("link", (link) => {
  phoneStatus.link(link);
  if (link.state !== "online") return;
  notes.flush();
  outcomes?.flush();
  void customer?.then((panel) => panel?.again());
});
session.on("phone", (event) => {
  event.sentence = sentenceOf(
    (page.lines ?? []).find(({ connection }) => connection === event.connection),
    event,
  );
  quality?.update(event);
  if (event.type === "quality") quality?.draw(calls.cards, calls.primaryCall);
  else calls.phone(event);
});
session.on("status", (status) => {
  phoneStatus.status(status);
  dial.lines(status.connections);
  hotlines?.lines(status.connections);
  calls.status(status);
  audio?.phone();
  if (status.registered) void fetchRest();
  if (phoneStatus.owned) microphone.update(status.microphone);
});

session.on("applied", () => devices?.show());
document.getElementById("phone-menu")?.addEventListener("toggle", async () => {
  void fetchAudio();
  const { CallingDevicePanel } = await import("./workspace/calling-device-panel.js");
  devices ??= new CallingDevicePanel(page.lines ?? [], (name, args) => session.command(name, args));
});
for (const name of /** @type {const} */ (["applied", "owner"])) {
  session.on(name, () =>
    session.phones.follow(document.getElementById("calls")?.dataset.availability ?? ""),
  );
}

document.addEventListener("click", ({ target }) => {
  const button = /** @type {Element} */ (target).closest("[data-set-availability]");
  if (button instanceof HTMLElement)
    void choose(button.dataset.setAvailability ?? "", button.dataset.reason ?? "");
});
const sound = {
  choice,
  read: (/** @type {string} */ what) =>
    session.phones.read(page.lines?.[0]?.connection ?? "", what),
  broadcast: (/** @type {{type: string}} */ message) => session.phones.broadcast(message),
  here: () => session.phones.running,
};
/** The module is fetched when a settings page of this browser speaks. */
const settings = "BroadcastChannel" in globalThis ? new BroadcastChannel("console.tabs") : null;
settings?.addEventListener("message", async ({ data }) => {
  const { SoundShare } = await import("./workspace/sound-share.js");
  share ??= new SoundShare({ ...sound, settings, session, dial, onchosen: () => audio?.chosen() });
  void share.heard(data);
});
document.getElementById("notice-close")?.addEventListener("click", () => showNotice(""));

async function fetchAudio() {
  const { AudioPanel } = await import("./workspace/audio-panel.js");
  audio ??= new AudioPanel({
    ...sound,
    onCall: () => calls.live.length > 0,
    watched: () => share?.watched ?? false,
    showNotice,
  });
  return audio;
}

/** Tried again after a failure. */
async function fetchRest() {
  if (isRestFetched) return;
  isRestFetched = true;
  try {
    const [rest, outgoing] = await Promise.all([
      import("./workspace/rest.js"),
      page.lines?.some((line) => !refusalOf(line, "browser", "choose_hotline"))
        ? import("./workspace/hotlines.js")
        : undefined,
    ]);
    aloud = new rest.CallAnnouncer(element("ring-alert"), element("announcer"));
    title = new rest.PageTitle();
    new rest.KeptFocus(() => calls.home);
    new rest.CallbackList(page.user.id);
    rest.keepPresses();
    notifications = new rest.Notifications(() => phoneStatus.owned);
    hotlines = outgoing && new outgoing.Hotlines(session, showNotice);
    const save = (/** @type {object} */ choice) => session.command("outcome", choice);
    outcomes = new rest.Outcomes(page.user.id, save, serverNow);
    rest.wireWrapUp(outcomes, (args) => session.command("extend_wrap_up", args), showNotice);
    const shortcuts = new rest.Shortcuts({
      primaryCall: () => calls.primaryCall,
      live: () => calls.live,
      dial: () => dial.focus(),
      home: () => calls.home,
      commands: async () => (await fetchCallParts(), commands?.show()),
    });
    early?.filter(isRecent).forEach((event) => shortcuts.press(event));
    early = null;
    rest.wirePreferences({ busy: () => calls.live.length > 0, showNotice });
  } catch {
    isRestFetched = false;
  }
  aloud?.show(calls.cards);
  title?.show(calls.cards);
  notifications?.show(calls.cards);
}

/** Tried again after a failure. */
async function fetchCallParts() {
  const parts = quality ? null : await import("./workspace/call-parts.js").catch(() => null);
  if (!parts || quality) return;
  new parts.KeptPlace();
  commands = new parts.CommandBar((number) => dial.fill(number));
  quality = new parts.QualityView();
  quality.draw(calls.cards, calls.primaryCall);
}

/** @param {KeyboardEvent} press */
function isRecent({ timeStamp }) {
  return performance.now() - timeStamp < EARLY_MS;
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} availability @param {string} why */
function choose(availability, why) {
  const set = () => void setAvailability(availability, why);
  return availability === "available" && phoneStatus.owned ? microphone.need(set) : set();
}

/** @param {string} availability @param {string} why */
async function setAvailability(availability, why) {
  const result = await session.command("set_availability", { availability, reason: why });
  if (!result.ok && !microphone.refused(result.code ?? "")) showNotice(reason(result));
}

/** @param {{call?: "end"}} how */
function takeOver(how) {
  const asked = session.takeOver(how);
  if (!asked) showNotice(text("result.offline"));
  return asked;
}

/** @param {HTMLElement[]} cards */
function showCustomer(cards) {
  const failed = () => (customer = undefined);
  if (cards.length)
    customer ??= import("./workspace/customer.js").then((module) => new module.Customer(), failed);
  void customer?.then((panel) => panel?.show(cards));
}

/**
 * Shows a sentence that concerns the whole page; an empty one hides the notice.
 * @param {string} sentence
 */
function showNotice(sentence) {
  const notice = document.getElementById("notice");
  const words = document.getElementById("notice-text");
  if (!notice || !words) return;
  words.textContent = sentence;
  notice.hidden = !sentence;
}
