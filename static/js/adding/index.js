// Who has a share link sends files by it: on the page for that, or where files are dropped on the link's own page,
// which then asks for the form.
import { $, toast } from "../dom.js";
import { _ } from "../language.js";
import { takeDrops } from "../upload/drop.js";
import { Senders } from "./senders.js";

const dialog = $("[data-adding-dialog]");
let made;

async function load() {
  const form = await fetched();
  if (!form) {
    made = undefined; // the next files that are dropped ask again
    return null;
  }
  dialog.append(form);
  return new Senders(form);
}

async function fetched() {
  try {
    const answer = await fetch(dialog.dataset.addingDialog, { headers: { Accept: "text/html" } });
    const form = $("[data-adding]", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!form) toast(_("The link asks again before it takes files, or has ended. Reload the page first."));
    return form;
  } catch {
    toast(_("The form did not load. Open the page to add files."));
    return null;
  }
}

async function senders() {
  made ??= dialog ? load() : new Senders($("[data-adding]"));
  const ready = await made;
  if (ready && dialog && !dialog.open) dialog.showModal();
  return ready;
}

if (!dialog) senders();

takeDrops($("[data-adding-overlay]"), async (files) => {
  if (files.length) (await senders())?.add(files);
  else toast(_("Only files can be sent here. Save it first, then choose the file."));
});
