// For every page: copy buttons, dialogs, tabs, the theme switch, and drop and paste.
// Pages load what only they need themselves.
import "./copy.js";
import "./dialogs.js";
import "./play_on_hover.js";
import "./theme_switch.js";
import "./upload/anywhere.js";
