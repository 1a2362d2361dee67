// Pages without a live part.

import { startClock } from "./clock.js";
import { wirePreferences } from "./preferences.js";

startClock();
wirePreferences();
