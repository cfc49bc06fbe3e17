// What every page has: copy buttons, toasts, dialogs, tabs, the theme switch, uploads from anywhere; and what only some pages need.
import "./copy.js";
import "./dialogs.js";
import "./play_on_hover.js";
import "./theme_switch.js";
import "./upload/anywhere.js";
if (document.querySelector("[data-popup]")) import("./upload/popup.js");
if (document.querySelector("[data-trial], [data-bookmarklet]")) import("./uploaders.js");
