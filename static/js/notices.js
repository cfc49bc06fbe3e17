// What the page shows is read once somebody sees it: told by a form, so that no browser that only fetches ahead does.
// All else stays new, also what came meanwhile; its button, which isn't in this data, means all.
import { $ } from "./dom.js";

const SEEN_MS = 1000; // in sight
const form = $("[data-see]");

async function see() {
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers }).catch(() => null);
  if (!answer?.ok) return;
  isTold = true; // what is new stays marked until the page is opened again
  const now = await answer.json();
  const number = $("[data-unseen]");
  number?.closest("a").setAttribute("aria-label", now.label);
  if (number && now.number) number.textContent = now.number;
  else number?.remove();
  if (!now.number) form.remove();
}

let isTold = false;
let waiting;
function follow() {
  clearTimeout(waiting);
  if (document.visibilityState === "visible" && !isTold) waiting = setTimeout(see, SEEN_MS);
}

if (form) {
  document.addEventListener("visibilitychange", follow);
  follow();
}
