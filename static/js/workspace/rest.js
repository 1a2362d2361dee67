// The modules of the workspace outside the first load, fetched together.

export { CallAnnouncer } from "./call-announcer.js";
export { CallbackList } from "./callbacks.js";
export { KeptFocus } from "./kept-focus.js";
export { keepPresses } from "./kept-press.js";
export { Notifications } from "./notifications.js";
export { Outcomes } from "./outcomes.js";
export { PageTitle } from "./page-title.js";
export { Shortcuts } from "./shortcuts.js";
export { wireWrapUp } from "./wrap-up.js";
export { wirePreferences } from "../page/preferences.js";
