// What every page has: copy buttons, toasts, dialogs, tabs, the theme switch, and uploads from anywhere.
import "./copy.js";
import "./dialogs.js";
import "./play_on_hover.js";
import "./theme_switch.js";
import "./upload/anywhere.js";
