// For every page: copy buttons, dialogs, the theme switch, and drop and paste.
// Each part does nothing where its elements aren't. The server joins them into one script.
import { showToasts } from "./dom.js";
import "./copy.js";
import "./dialogs.js";
import "./play_on_hover.js";
import "./endless.js";
import "./suggest.js";
import "./view.js";
import "./theme_switch.js";
import "./media.js";
import "./zoom.js";
import "./print.js";
import "./logged_out.js";
import "./upload/anywhere.js";

showToasts();
