// A tab whose log-in has ended, by a ban or elsewhere: what it shows is hidden, and comes back with the same log-in.
// Nothing is lost: a form that was being filled in stays. Files that wait say it themselves (upload/session.js).
import { $ } from "./dom.js";
import { onReturn } from "./upload/session.js";

const EVERY = 60_000; // ms, while the tab is in sight
const dialog = $("#logged-out");
const { account } = document.body.dataset;

async function look() {
  if (document.hidden || $("[data-queue] > *")) return;
  let now;
  try {
    const answer = await fetch(dialog.dataset.from, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    now = (await answer.json()).account;
  } catch {
    return; // no connection tells nothing
  }
  if (now && now !== account) location.reload(); // somebody else's, by now
  const isOut = !now;
  if (isOut && !dialog.open) dialog.showModal();
  if (!isOut && dialog.open) dialog.close();
  document.body.classList.toggle("logged-out", isOut);
}

if (dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  onReturn(look);
  setInterval(look, EVERY);
}
