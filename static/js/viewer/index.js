// The pictures of a listing, one after the other, in all of the window: PhotoSwipe in a dialog of ours. The address is
// that of the page of what is shown. The listing goes on behind it.
import { $, $$, icon } from "../dom.js";
import { _ } from "../language.js";
import { contents } from "./contents.js";
import { download } from "./download.js";
import { heart } from "./heart.js";
import { itemOf, learn } from "./items.js";
import { keys } from "./keys.js";
import { zooming } from "./zooming.js";

const ID = 8; // letters of an upload's id, with which its address ends
const AHEAD = 5; // pictures before the end of the listing's page, when its next one is asked for
const NEIGHBOURS = [1, 2]; // loaded before and behind
const LOOK_MS = 1000; // who passes by sooner has not seen it

const at = (name) => new URL(name, import.meta.url).href;
const library = import(at("vendor/photoswipe/photoswipe.esm.min.js"));
const styled = new Promise((resolve) => {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: at("viewer.css") });
  sheet.onload = sheet.onerror = resolve;
  document.head.append(sheet);
});

const dialog = document.createElement("dialog");
dialog.className = "viewer-window";
dialog.setAttribute("aria-label", _("Photos and videos"));

let swipe; // PhotoSwipe, while it is open
let tiles = [];
let title; // of the listing
let isUnwanted; // it shall be closed, but can't be while it opens
let looking; // the timer of a view

const shown = () => tiles[swipe.currIndex];
const state = (tile) => ({ viewed: tile.pathname });

export async function open(tile, isNew = true) {
  const [{ default: PhotoSwipe }] = await Promise.all([library, styled]);
  if (swipe) return;
  tiles = $$("[data-view]");
  title = document.title;
  isUnwanted = false;
  if (isNew) history.pushState(state(tile), "", tile.href);
  document.body.append(dialog);
  dialog.showModal();
  swipe = new PhotoSwipe({ ...OPTIONS, ...texts(), index: tiles.indexOf(tile), appendToEl: dialog });
  swipe.addFilter("numItems", () => tiles.length);
  swipe.addFilter("itemData", (_none, index) => itemOf(tiles[index]));
  contents(swipe, () => tiles, tile);
  zooming(swipe);
  keys(swipe, dialog);
  swipe.on("uiRegister", register);
  swipe.on("change", follow);
  swipe.on("close", leave);
  swipe.on("destroy", end);
  swipe.on("openingAnimationEnd", () => setTimeout(() => isUnwanted && swipe?.close()));
  swipe.init();
  swipe.element.setAttribute("role", "presentation");
  swipe.element.removeAttribute("tabindex");
}

// As the browser's history says: open with this tile, or closed.
export function agree(tile) {
  if (!tile) close();
  else if (!swipe) open(tile, false);
  else if (tile !== shown()) swipe.goTo(tiles.indexOf(tile));
}

const OPTIONS = {
  loop: false,
  counter: false,
  preload: NEIGHBOURS,
  returnFocus: false,
  showHideAnimationType: "fade",
  showAnimationDuration: 200,
  hideAnimationDuration: 200,
  bgOpacity: 1,
  wheelToZoom: true,
  tapAction: "toggle-controls",
  doubleTapAction: "zoom",
};

const texts = () => ({
  closeTitle: _("Close"),
  zoomTitle: _("Zoom"),
  arrowPrevTitle: _("Previous"),
  arrowNextTitle: _("Next"),
  errorMsg: _("This file can't be loaded."),
});

function register() {
  heart(swipe, () => swipe && shown());
  swipe.ui.registerElement({
    name: "caption",
    order: 5,
    onInit: (element) => {
      element.setAttribute("aria-live", "polite");
      swipe.on("change", () => say(element, itemOf(shown())));
    },
  });
  swipe.ui.registerElement({
    name: "edit",
    order: 8,
    isButton: true,
    tagName: "a",
    title: _("Edit"),
    onInit: (element) => {
      element.append(icon("pencil"));
      swipe.on("change", () => {
        const { href, pathname } = shown();
        element.hidden = !itemOf(shown()).isEditable || !OWN_PAGE.test(pathname);
        element.href = new URL(`../manage/${pathname.slice(-ID)}/edit`, href);
      });
    },
  });
  download(swipe, () => shown());
  swipe.ui.registerElement({
    name: "page",
    order: 9,
    isButton: true,
    tagName: "a",
    title: _("Details"),
    onInit: (element) => {
      element.append(icon("info"));
      swipe.on("change", () => (element.href = shown().href));
    },
  });
}

function follow() {
  const tile = shown();
  if (history.state?.viewed !== tile.pathname) history.replaceState(state(tile), "", tile.href);
  document.title = itemOf(tile).title;
  clearTimeout(looking);
  if (!itemOf(tile).isGone) looking = setTimeout(() => count(tile), LOOK_MS);
  if (swipe.currIndex >= tiles.length - AHEAD) document.dispatchEvent(new CustomEvent("listing-wanted"));
}

function say(element, item) {
  const more = document.createElement("span");
  more.textContent = item.isGone ? _("This file is no longer there.") : item.said;
  element.classList.toggle("gone", Boolean(item.isGone));
  element.replaceChildren(item.title, more);
}

// Counted as its page would have been. What only an album opens has no page of its own. A file that somebody has
// deleted meanwhile may still be in the browser's cache.
const OWN_PAGE = /\/(image|clip)\/[^/]*$/;

async function count(tile) {
  const { href, pathname } = tile;
  const asked = OWN_PAGE.test(pathname)
    ? fetch(new URL(`../viewed/${pathname.slice(-ID)}`, href), { method: "POST", keepalive: true })
    : fetch(href, { method: "HEAD" });
  const answer = await asked.catch(() => null);
  if (answer?.status !== 404) return;
  learn(tile, { isGone: true, isEditable: false });
  if (swipe && shown() === tile) swipe.dispatch("change");
}

document.addEventListener("listing-grown", () => {
  if (!swipe) return;
  tiles = $$("[data-view]");
  // what was the last one has a neighbour now
  swipe.mainScroll.itemHolders.forEach((holder, place) => {
    if (!holder.slide) swipe.setContent(holder, swipe.currIndex + place - 1);
  });
  swipe.dispatch("change");
});

function close() {
  isUnwanted = true;
  swipe?.close();
}

function leave() {
  clearTimeout(looking);
  document.title = title;
  if (history.state?.viewed) history.back();
}

// The listing is where it was, unless what was seen last is out of sight.
function end() {
  const tile = shown();
  swipe = undefined;
  dialog.close();
  dialog.remove();
  tile.focus({ preventScroll: true });
  const { top, bottom } = tile.getBoundingClientRect();
  if (bottom < $(".top").getBoundingClientRect().bottom || top > innerHeight) tile.scrollIntoView({ block: "center" });
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});
dialog.addEventListener("close", () => dialog.open || close()); // the browser closed it
