// What every page has: copy buttons, dialogs, tabs, the switch to dark, and uploads from anywhere.
// What only some pages need, those name themselves.
import "./copy.js";
import "./dialogs.js";
import "./play_on_hover.js";
import "./theme_switch.js";
import "./upload/anywhere.js";
