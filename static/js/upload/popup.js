// The upload page in a window opened by the plugin on another site:
// sends the embed codes of finished uploads to that site and to no other.
import { $, toast } from "../dom.js";
import { _ } from "../language.js";
import { codes } from "./codes.js";

const TIMEOUT_MS = 3000; // for the other page to confirm that it inserted them
const card = $("[data-popup]");
const form = $("[data-uploader]");
const kind = $("[data-popup-kind]", card);
let site; // the origin of the page that opened this window
let autoClose = true;
let autoInsert = false;
let items = []; // uploaded, and not inserted yet
let silence;

addEventListener("message", (event) => {
  if (!window.opener || event.source !== window.opener) return;
  if (event.data?.keepsake === "settings" && !site && /^https?:/.test(event.origin)) meet(event.origin, event.data);
  else if (event.data?.keepsake === "inserted" && event.origin === site) inserted();
});

function meet(origin, settings) {
  site = origin;
  $("[data-popup-site]").textContent = new URL(site).host;
  autoClose = String(settings.autoClose) !== "0";
  autoInsert = [...kind.options].some((option) => option.value === settings.autoInsert);
  if (autoInsert) kind.value = settings.autoInsert;
}

form.addEventListener("uploads-finished", (event) => {
  items.push(...event.detail);
  card.hidden = !items.length;
  if (items.length && autoInsert) insert();
});

$("[data-popup-insert]", card).addEventListener("click", insert);

function insert() {
  const [choice] = kind.selectedOptions;
  const text = codes(items, choice);
  if (!site) {
    gone();
    return;
  }
  window.opener.postMessage({ keepsake: "codes", text, isHtml: choice.dataset.group === "HTML" }, site);
  silence = setTimeout(gone, TIMEOUT_MS);
}

function inserted() {
  clearTimeout(silence);
  items = [];
  card.hidden = true;
  toast(_("Inserted"));
  if (autoClose && !$(".item[data-state=failed]")) close();
}

function gone() {
  toast(_("The other page does not answer. Copy the codes instead."));
}

window.opener?.postMessage({ keepsake: "ready" }, "*"); // to any origin: it reveals nothing
