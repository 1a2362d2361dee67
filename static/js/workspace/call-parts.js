// The modules that wait for the first call, for a field that is typed in, or for Ctrl K.

export { CommandBar } from "./command-bar.js";
export { KeptPlace } from "./kept-place.js";
export { QualityView } from "./quality-view.js";
