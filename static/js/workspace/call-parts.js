// The modules that wait for the first call, or for Ctrl K.

export { CommandBar } from "./command-bar.js";
export { QualityView } from "./quality-view.js";
