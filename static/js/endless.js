// A listing that goes on by itself: its next page is there before the end of this one comes in sight. The address
// follows, so that Back, a reload or a shared link leads to what was in sight.
import { $, $$ } from "./dom.js";
import { watch } from "./play_on_hover.js";

const AHEAD = "1200px";
const STILL_MS = 150; // without scrolling, before the address changes

const here = location.href; // which the viewer changes
const list = $("[data-endless]");
const tiles = () => $$("li > a", list);

// Where the first of each page is; the address of the one that comes next.
const pages = [];
const next = $("[data-next]");
const addressOf = (link) => new URL(link.getAttribute("href"), here).href;
let unsettled = null; // the place to return to, while there isn't enough below it to scroll there

function returnTo(place) {
  const tile = place && tiles().find((one) => one.pathname === place.tile);
  if (!tile) return;
  scrollBy({ top: tile.getBoundingClientRect().top - place.top, behavior: "instant" });
  unsettled = Math.abs(tile.getBoundingClientRect().top - place.top) > 1 ? place : null;
}

function firstInSight() {
  const top = $(".top").getBoundingClientRect().bottom;
  return tiles().find((one) => one.getBoundingClientRect().bottom > top);
}

function follow(tile = firstInSight()) {
  if (!tile || history.state?.viewed) return; // then the address is the viewer's
  const isBehind = ({ first }) => first.compareDocumentPosition(tile) & Node.DOCUMENT_POSITION_FOLLOWING;
  const page = pages.findLast((one) => one.first === tile || isBehind(one)) ?? pages[0];
  const state = { tile: tile.pathname, top: tile.getBoundingClientRect().top };
  history.replaceState(state, "", page.address);
  const { part } = tile.closest("section").dataset;
  for (const link of $$("[data-month]")) {
    if (part.startsWith(link.dataset.month)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function append(page) {
  const sections = $$("[data-endless] > section", page).map((one) => document.adoptNode(one));
  const first = $("li > a", sections[0]);
  pages.push({ first, address: addressOf(next) });
  sections.forEach((one) => watch(one));
  const last = list.lastElementChild;
  if (last.dataset.part === sections[0].dataset.part) $("ul", last).append(...$("ul", sections.shift()).children);
  list.append(...sections);
}

async function load() {
  if (!next?.isConnected || next.hasAttribute("aria-busy")) return;
  end.disconnect(); // until it is there
  next.setAttribute("aria-busy", "true");
  const answer = await fetch(addressOf(next), { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return next.removeAttribute("aria-busy"); // and the link is there again
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if ($("[data-endless] li", page)) append(page);
  document.dispatchEvent(new CustomEvent("listing-grown"));
  const link = $("[data-next]", page);
  if (!link) return next.parentElement.remove();
  next.href = addressOf(link);
  returnTo(unsettled);
  requestAnimationFrame(() => next.removeAttribute("aria-busy")); // it is where it stays until the next page comes
  end.observe(next);
}

const end = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && load(), {
  rootMargin: `0px 0px ${AHEAD}`,
});

if (list) {
  pages.push({ first: tiles()[0], address: location.href });
  history.scrollRestoration = "manual";
  returnTo(history.state);
  let still;
  const settle = () => {
    clearTimeout(still);
    still = setTimeout(() => follow(), STILL_MS);
  };
  addEventListener("scroll", settle, { passive: true });
  for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"]) {
    addEventListener(kind, () => (unsettled = null), { passive: true });
  }
  list.addEventListener("click", ({ target, defaultPrevented }) => {
    if (defaultPrevented || target.matches(".box")) return; // which selects (select/pointer.js)
    clearTimeout(still);
    follow(target.closest("a") ?? undefined);
  });
  for (const link of $$("[data-month]")) {
    link.addEventListener("click", (event) => {
      const section = $(`[data-part^="${link.dataset.month}"]`, list);
      const isWhole = section && section !== list.firstElementChild; // the first may have begun on the page before
      if (!isWhole || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      section.scrollIntoView();
    });
  }
  follow();
  if (next) end.observe(next);
  document.addEventListener("listing-wanted", load); // by the viewer
}
