// Who has a share link sends files by it: on the page for that, or where files are dropped on the link's own page,
// which then asks for the form.
import { $, toast } from "../dom.js";
import { _ } from "../language.js";
import { takeDrops } from "../upload/drop.js";
import { Senders } from "./senders.js";

const dialog = $("[data-adding-dialog]");
let made;

async function load() {
  try {
    const answer = await fetch(dialog.dataset.addingDialog, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    dialog.append($("[data-adding]", page)); // nothing, where the link asks for something first
  } catch {
    made = undefined;
    toast(_("The form did not load. Open the page to add files."));
    return null;
  }
  return new Senders($("[data-adding]", dialog));
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
