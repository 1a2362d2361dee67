// The modules of the workspace outside the first load, fetched together.

export { AudioPanel } from "./audio-panel.js";
export { CallAnnouncer } from "./call-announcer.js";
export { CallbackList } from "./callbacks.js";
export { CommandBar } from "./command-bar.js";
export { KeptFocus } from "./kept-focus.js";
export { KeptPlace } from "./kept-place.js";
export { keepPresses } from "./kept-press.js";
export { Notifications } from "./notifications.js";
export { Outcomes } from "./outcomes.js";
export { PageTitle } from "./page-title.js";
export { QualityView } from "./quality-view.js";
export { Shortcuts } from "./shortcuts.js";
export { wireWrapUp } from "./wrap-up.js";
export { wirePreferences } from "../page/preferences.js";
