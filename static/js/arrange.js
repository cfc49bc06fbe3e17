// The order of an album by hand: files are dragged by their handle, with a mouse or a finger, or moved by the arrows.
import { $, $$, toast } from "./dom.js";
import { _ } from "./language.js";

const list = $("[data-arrange]");
const items = () => $$("li", list);

// One after the other: each names a place beside another file, where it stands when its turn comes.
let sent = Promise.resolve();
const send = (...move) => (sent = sent.then(() => sendNow(...move)));

async function sendNow(item, action, other) {
  const body = new URLSearchParams({ csrf_token: list.dataset.token, upload: item.dataset.id, do: action });
  if (other) body.set("other", other.dataset.id);
  const headers = { Accept: "application/json" };
  const answer = await fetch(location.href, { method: "POST", body, headers }).catch(() => null);
  if (answer?.ok) toast(_("Moved to place {place} of this page", { place: items().indexOf(item) + 1 }));
  else location.reload(); // as the server has it
}

// Where it stands now, beside the one that it stands next to.
function sendPlace(item) {
  const before = item.previousElementSibling;
  if (before) send(item, "behind", before);
  else if (item.nextElementSibling) send(item, "before", item.nextElementSibling);
}

// The document hears of the pointer: an element that moves in the page loses its hold of it.
function drag(item) {
  const from = item.nextElementSibling;
  item.classList.add("dragged");
  const move = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest("[data-arrange] > li");
    if (!over || over === item) return;
    const isAhead = item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    over[isAhead ? "after" : "before"](item);
  };
  const end = ({ type }) => {
    item.classList.remove("dragged");
    document.removeEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"]) document.removeEventListener(kind, end);
    if (type === "pointercancel") list.insertBefore(item, from);
    else if (item.nextElementSibling !== from) sendPlace(item);
  };
  document.addEventListener("pointermove", move);
  for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, end);
}

if (list) {
  for (const handle of $$("[data-handle]", list)) handle.hidden = false;
  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-handle]")?.closest("li");
    if (!item || event.button !== 0) return;
    event.preventDefault();
    drag(item);
  });
  list.addEventListener("submit", (event) => {
    const { value } = event.submitter;
    const item = event.target.closest("li");
    const beside = value === "earlier" ? item.previousElementSibling : item.nextElementSibling;
    if (!["earlier", "later"].includes(value) || !beside) return; // to another page
    event.preventDefault();
    beside[value === "earlier" ? "before" : "after"](item);
    event.submitter.focus();
    sendPlace(item);
  });
}
