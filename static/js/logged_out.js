// A tab whose log-in has ended, by a ban or elsewhere: what it shows is hidden, and comes back with the same log-in.
// Nothing is lost: a form that was being filled in stays, and is sent with the token of the new log-in.
// Files that wait stay in sight, and say it themselves (upload/session.js).
import { $, $$ } from "./dom.js";
import { onReturn } from "./upload/session.js";

const EVERY = 10_000; // ms, while the tab is in sight; a form that is sent later than that asks first
const dialog = $("#logged-out");
const { account } = document.body.dataset;
let known = performance.now(); // when the server last said who is logged in

function show(isOut) {
  const hasFiles = Boolean($("[data-queue] > *"));
  document.body.classList.toggle("logged-out", isOut);
  document.body.classList.toggle("with-files", hasFiles);
  if (isOut && !hasFiles && !dialog.open) dialog.showModal();
  if (!isOut && dialog.open) dialog.close();
}

// Whether the same account is logged in; undefined where the server doesn't answer, which tells nothing.
async function ask() {
  let now;
  try {
    const answer = await fetch(dialog.dataset.from, { headers: { Accept: "application/json" } });
    if (!answer.ok) return undefined;
    now = await answer.json();
  } catch {
    return undefined;
  }
  if (now.account && now.account !== account) location.reload(); // somebody else's, by now
  known = performance.now();
  if (now.token) for (const field of $$("input[name=csrf_token]")) field.value = now.token;
  show(!now.account);
  return now.account === account;
}

const look = () => {
  if (!document.hidden) ask();
};

// Before other scripts see it: a form is sent by who it is of, or stays.
async function send(event) {
  const { target: form, submitter } = event;
  const isOld = performance.now() - known > EVERY;
  if (!isOld || form.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ((await ask()) === false) return;
  known = performance.now();
  form.requestSubmit(submitter);
}

if (dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("submit", send, { capture: true });
  onReturn(look);
  setInterval(look, EVERY);
}
