// Previous and next on the page of a file: links and arrow keys. Who came from a listing stays in it.
import { $, isTyping } from "./dom.js";

const LISTING = "listing"; // in the tab's storage: the paths of its pages, in their order, and for whom
const OWN_KEYS = "video, select, [role=slider], .pnlm-container, .media:is(.tall, .broad) .stage";

const { account } = document.body.dataset;

// Of the same account alone: paths have titles in them. Where a browser stores nothing for us, links stay as they came.
function stored() {
  try {
    const listing = JSON.parse(sessionStorage.getItem(LISTING));
    if (listing?.account === account) return listing.paths;
    sessionStorage.removeItem(LISTING);
  } catch {
    // then nothing is stored
  }
  return [];
}

export function store(paths) {
  try {
    sessionStorage.setItem(LISTING, JSON.stringify({ account, paths }));
  } catch {
    // then they are not stored
  }
}

const paths = stored();
const links = $(".neighbours");

function lead(direction, path) {
  const link = $(`[rel=${direction}]`, links);
  if (path === link.pathname) return;
  link.hidden = !path;
  link.removeAttribute("title");
  if (path) link.href = path;
}

if (links) {
  const place = paths.indexOf(location.pathname);
  if (place >= 0) {
    lead("prev", paths[place - 1]);
    lead("next", paths[place + 1]);
  }
  addEventListener("keydown", (event) => {
    const direction = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (isTyping(event.target) || event.target.closest?.(OWN_KEYS) || $("dialog:modal")) return;
    $(`[rel=${direction}]:not([hidden])`, links)?.click();
  });
}
