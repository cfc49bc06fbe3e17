// Drop or paste on any page, if the visitor may upload. The uploader itself is made on first use.
import { $, $$, toast } from "../dom.js";
import { _ } from "../language.js";
import { takeDrops } from "./drop.js";
import { urlsIn } from "./files.js";
import { announce } from "./session.js";
import { Uploader } from "./uploader.js";

const dialog = $("#uploader-dialog");
const overlay = $("[data-overlay]");
let made;

// On other pages than the upload page, its form is asked for when it is needed.
async function load() {
  try {
    const answer = await fetch(dialog.dataset.from);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!$("[data-uploader]", page)) throw new TypeError(); // the log-in has ended
    dialog.append(...page.body.childNodes);
  } catch {
    toast(_("The upload form did not load. Open the upload page."));
    made = undefined;
    return null;
  }
  const ready = new Uploader($("[data-uploader]", dialog));
  dialog.addEventListener("close", () => show(ready));
  return ready;
}

// What has come belongs on a page that lists it.
function show({ queue }) {
  const isThere = queue.items.some((item) => ["done", "known"].includes(item.state));
  if (isThere && !queue.items.some((item) => item.isPending) && $("[data-shows-uploads]")) location.reload();
}

async function uploader() {
  made ??= dialog ? load() : new Uploader($("[data-uploader]"));
  const ready = await made;
  if (ready && dialog && !dialog.open) dialog.showModal();
  return ready;
}

const add = async (...chosen) => (await uploader())?.add(...chosen);

// The bookmark opens the upload page with a URL behind the #, which no server sees. It survives the log-in.
function takeSent() {
  const text = new URLSearchParams(location.hash.slice(1)).get("add") ?? sessionStorage.getItem("add") ?? "";
  sessionStorage.removeItem("add");
  if (location.hash.startsWith("#add=")) history.replaceState(null, "", location.pathname + location.search);
  return urlsIn(text).slice(0, 1);
}

if (!overlay && location.hash.startsWith("#add=")) {
  sessionStorage.setItem("add", new URLSearchParams(location.hash.slice(1)).get("add"));
}

if (overlay) {
  announce();
  if (!dialog) uploader();
  const sent = takeSent();
  // Any site may send one here, so it never starts by itself.
  if (sent.length && !dialog) add([], sent, { mayStart: false });
  for (const opener of $$("[data-open-uploader]")) {
    opener.addEventListener("click", (event) => {
      if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        uploader();
      }
    });
  }

  takeDrops(overlay, add);
}
