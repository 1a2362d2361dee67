// The settings page. Sound is chosen and tested through the tab that has the phone.

import { startClock } from "./page/clock.js";
import { post } from "./page/http.js";
import { pageData } from "./page/page-data.js";
import { wirePreferences } from "./page/preferences.js";
import { wirePhoneLinks } from "./settings/phone-links.js";
import { RemoteSound } from "./settings/remote-sound.js";
import { wireShortcutsChoice } from "./settings/shortcuts-choice.js";
import { AudioChoice } from "./workspace/audio-choice.js";
import { AudioPanel } from "./workspace/audio-panel.js";

const { user } = pageData();
startClock();
wirePreferences();
wirePhoneLinks();
wireShortcutsChoice(/** @type {HTMLInputElement} */ (document.getElementById("shortcuts-on")));

const choice = new AudioChoice(
  user.audio,
  async (audio) => (await post("/preferences", { audio })).ok,
);
const remote = new RemoteSound({
  user: user.id,
  onphone: () => panel.phone(),
  onnews: (type, news) => panel[type](news),
  onchosen: (part) => (choice.adopt(part), panel.chosen()),
});
choice.onchange = (part) => remote.send({ type: "chosen", part });
const panel = new AudioPanel({
  choice,
  read: (what) => remote.read(what),
  broadcast: () => {}, // the tab with the phone hears of the choice itself
  here: () => remote.here,
  onCall: () => false, // the phone refuses a test during a call
  watched: () => true,
  showNotice: () => {},
});
remote.start();
