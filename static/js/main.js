// What every page has: copy buttons, dialogs, tabs, and uploads from anywhere.
import "./copy.js";
import "./dialogs.js";
import "./play_on_hover.js";
import "./upload/anywhere.js";

// What only some pages need is loaded where there is use for it.
const SOMEWHERE = {
  "[data-theme-switch]": "./theme_switch.js",
  "[data-popup]": "./upload/popup.js",
  "[data-trial], [data-bookmarklet]": "./uploaders.js",
};
for (const [mark, module] of Object.entries(SOMEWHERE)) if (document.querySelector(mark)) import(module);
