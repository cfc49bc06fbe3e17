// A photo or video of a listing opens in place, in all of the window. What that takes is loaded at the first sign that
// somebody may want it.
import { store } from "./beside.js";
import { $$ } from "./dom.js";

const TILE = "[data-view]";
let viewer; // the promise of its script

const tileOf = (event) => event.target.closest?.(TILE);

function load() {
  viewer ??= import(document.body.dataset.viewer).catch(() => (viewer = undefined));
  return viewer;
}

for (const sign of ["pointerover", "focusin", "touchstart"]) {
  addEventListener(sign, (event) => tileOf(event) && load(), { passive: true });
}

addEventListener("click", async (event) => {
  const tile = tileOf(event);
  if (!tile || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const script = await load();
  if (script) script.open(tile);
  else location.assign(tile.href);
});

// It is an entry of the browser's history: Back closes it, Forward opens it again. Where it was reloaded, browsers take
// its page for that of the listing, and the other way round.
const page = location.pathname;

async function agree() {
  const path = history.state?.viewed;
  const tile = path && $$(TILE).find((one) => one.pathname === path);
  if (location.pathname !== page && !tile) location.reload();
  else if (tile || viewer) (await load())?.agree(tile);
}
addEventListener("popstate", agree);
addEventListener("pageshow", (event) => event.persisted && agree());

// Pages of files that are opened from here lead to each other in the same order.
addEventListener("pagehide", () => {
  const paths = $$(TILE).map((tile) => tile.pathname);
  if (paths.length) store(paths);
});
