// What is done with the selected files. Most of it asks first, in a dialog whose form the server makes.
import { ended, send } from "../changes.js";
import { $, $$, leaveToast, toast } from "../dom.js";
import { _ } from "../language.js";
import { rest, work } from "./bar.js";
import { bar, chosen, keepOnly, list } from "./chosen.js";
import { codes } from "./codes.js";

const ASKING = ["add", "move", "tags", "category", "visibility", "expiration", "edit", "shift", "codes"];
const TAKING_AWAY = ["bin", "remove", "move"]; // whose files are no longer in the listing
const UNSEEN = ["add", "tags", "category", "like"]; // in a tile; a listing may be of what they change

const { from, album = "", forms, follows, asks } = bar.dataset; // asks: what can't be undone on this site
const dialog = $("#select-dialog");
const tileOf = (id) => $(`.box[value="${id}"]`, list)?.closest("li");

const fields = () => ({ from, ...(chosen.isAll ? { all: "1" } : { ids: chosen.ids.join(",") }) });

// Where it is read: in the open dialog, which a toast would lie behind.
function failed(said) {
  const text = said || _("That didn't work. Try again.");
  const buttons = dialog.open && $$(".row", dialog).at(-1);
  if (!buttons) return toast(text);
  unsay();
  const line = Object.assign(document.createElement("p"), { className: "bad", role: "alert", textContent: text });
  buttons.before(line);
  line.scrollIntoView({ block: "nearest" });
}

const unsay = () => $("[role=alert]", dialog)?.remove();

// Of an act by its name: asked for, or done.
export function act(name, { path = "", own = {} } = {}) {
  if (chosen.isNone) return toast(_("Select a file first."));
  if (["share", "zip"].includes(name)) submit(path, fields());
  else if (name === "edit" && chosen.size === 1) editOne(chosen.ids[0]);
  else if (ASKING.includes(name) || name === asks || (name === "bin" && chosen.isAll)) ask(name);
  else if (name === "remove") run(name, path, { album_id: album });
  else run(name, path, own);
}

// By a form of the page: what comes is another page, or a file.
function submit(action, values) {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  const token = $("input[name=csrf_token]").value;
  for (const [name, value] of Object.entries({ ...values, csrf_token: token })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

async function page(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json, text/html;q=0.9" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function ask(name) {
  const all = chosen.isAll ? { from, all: "1" } : {}; // it says how many these are
  const form = await page(`${forms}?${new URLSearchParams({ act: name, album, ...all })}`);
  if (!form) return failed();
  dialog.replaceChildren(...form.body.childNodes);
  dialog.showModal();
  nameAlbum();
  if (name === "codes") codes($("form[data-act]", dialog), fields);
  $("form[data-act] :is(input, select):not([type=hidden])", dialog)?.focus();
}

// A new album needs a name; the field is hidden for another one.
function nameAlbum() {
  const [choice, field] = [$("[name=album_id]", dialog), $("[name=name]", dialog)];
  if (choice && field) field.required = choice.value === "";
}
dialog.addEventListener("change", nameAlbum);

// The form of the file's own page.
async function editOne(id) {
  const { href } = $("a", tileOf(id));
  const form = await page(new URL(`../manage/${id}/edit`, href).pathname);
  const found = form && $("form[action$='/edit']", form);
  if (!found) return failed();
  const title = Object.assign(document.createElement("h2"), { id: "select-title", textContent: _("Edit") });
  found.dataset.act = "edit-one";
  dialog.replaceChildren(title, found);
  dialog.showModal();
  $("[name=title]", dialog).focus();
}

// Nothing of it stays, least of all delete links, unless it is sent and may be refused; but the toast that it may have
// shown is the page's.
dialog.addEventListener("close", () => {
  document.body.append(...$$("[data-toasts]", dialog));
  if (!bar.inert) dialog.replaceChildren();
});
dialog.addEventListener("click", (event) => {
  if (!event.target.closest("a.button")) return; // back to the page of the file
  event.preventDefault();
  dialog.close();
});

dialog.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (submitter?.formMethod === "dialog" || form.method === "dialog") return;
  event.preventDefault();
  if (form.dataset.act === "edit-one") return saveOne(form);
  unsay();
  const button = $(".stays button", form);
  button.disabled = true;
  await run(form.dataset.act, form.action, new FormData(form));
  button.disabled = false;
});

async function saveOne(form) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers }).catch(() => null);
  if (!answer?.ok) return failed((await answer?.json().catch(() => null))?.error?.message);
  dialog.close();
  show(_("Saved"));
}

// What had no answer may have been done nevertheless: the same again has the same id, and is done once.
let unanswered = {};

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(11)); // 22 letters, as the server's own
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function withId(path, body) {
  const sent = `${path}?${body}`;
  if (unanswered.sent !== sent) unanswered = { sent, id: newId() };
  if (!body.has("form_id")) body.set("form_id", unanswered.id);
}

// With progress, until it is done. A form that is refused comes back.
async function run(name, path, values) {
  const body = new URLSearchParams(values);
  for (const [field, value] of Object.entries(fields())) body.set(field, value);
  withId(path, body);
  const isAsked = dialog.open;
  work();
  if (isAsked) dialog.close();
  const change = await send(path, body);
  if (change.state || change.problem) unanswered = {};
  if (!change.state) {
    rest();
    if (isAsked) dialog.showModal();
    return failed(change.problem);
  }
  dialog.replaceChildren();
  const now = await ended(change, change.undo, work);
  rest();
  const lost = now.failures ?? [];
  if (lost.length) await tell(lost);
  conclude(name, now, lost);
}

function conclude(name, { said, undo, failed: lostInAll = 0 }, lost) {
  if (lostInAll > lost.length) return show(said, { undo }); // not all are named: which ones are gone, the server knows
  const kept = lost.map(({ id }) => id).filter(Boolean);
  const ids = chosen.ids.filter((id) => !kept.includes(id));
  const isThere = !chosen.isAll && (UNSEEN.includes(name) ? !follows.split(" ").includes(name) : false);
  const isGone = TAKING_AWAY.includes(name) && !chosen.isAll && (name !== "move" || album);
  if (isGone ? !takeAway(ids) : !isThere) return show(said, { undo });
  keepOnly(kept);
  toast(said, { undo });
}

// Which files were not changed, and why; until it is read.
async function tell(lost) {
  const which = $("#select-failures");
  $("[data-failures]", which).replaceChildren(
    ...lost.map(({ name, text }) => {
      const line = document.createElement("li");
      const strong = Object.assign(document.createElement("strong"), { textContent: name ?? "" });
      line.append(strong, ` ${text ?? ""}`);
      return line;
    }),
  );
  which.showModal();
  await new Promise((resolve) => which.addEventListener("close", resolve, { once: true }));
}

// As the server has it now, at the same place.
function show(said, more) {
  leaveToast(said, more);
  location.reload();
}

// Tiles that are no longer there, and headings with nothing below; what has the focus goes to the next one. False where
// none is left.
function takeAway(ids) {
  const gone = ids.map(tileOf).filter(Boolean);
  let next = gone.at(-1)?.nextElementSibling ?? gone[0]?.previousElementSibling;
  while (next && gone.includes(next)) next = next.previousElementSibling;
  for (const tile of gone) tile.remove();
  for (const section of $$("section", list)) if (!$("li", section)) section.remove();
  if (!$("li", list)) return false;
  ($("a", next ?? list) ?? list).focus({ preventScroll: true });
  count();
  return true;
}

// How many there are, as the head of the page says it.
async function count() {
  const tally = $("[data-tally]");
  const now = tally && $("[data-tally]", (await page(location.href)) ?? document);
  if (now && now !== tally) tally.replaceWith(now);
}
