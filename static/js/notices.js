// What the page shows is read once somebody sees it: told by a form, so that no browser that only fetches ahead does.
import { $ } from "./dom.js";

const SEEN_MS = 1000; // in sight
const form = $("[data-see]");

async function see() {
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers }).catch(() => null);
  if (!answer?.ok) return;
  const number = $("[data-unseen]");
  const bell = number?.closest("a");
  number?.remove();
  bell?.setAttribute("aria-label", $("h1").textContent);
  form.remove(); // what is new stays marked until the page is opened again
}

let waiting;
function follow() {
  clearTimeout(waiting);
  if (document.visibilityState === "visible" && form.isConnected) waiting = setTimeout(see, SEEN_MS);
}

if (form) {
  document.addEventListener("visibilitychange", follow);
  follow();
}
