// Asks before files that were just uploaded are deleted.
import { $, toast } from "../dom.js";
import { _, ngettext } from "../language.js";
import { files } from "./words.js";

export class Deletion {
  constructor(dialog, gone) {
    Object.assign(this, { dialog, gone });
    dialog.addEventListener("close", () => dialog.returnValue === "delete" && this.#delete(this.items));
  }

  // What goes to the bin can be restored: nobody is asked.
  open(items) {
    const { length: n } = items;
    this.items = items;
    if (this.goesToBin) return this.#delete(items);
    this.dialog.returnValue = "";
    const say = (name, text) => ($(`[data-${name}]`, this.dialog).textContent = text);
    say("name", n === 1 ? items[0].label : files(n));
    say(
      "what",
      ngettext(
        "The file will be deleted, and every link to it will stop working. This can't be undone.",
        "{n} files will be deleted, and every link to them will stop working. This can't be undone.",
        n,
      ),
    );
    say("delete", ngettext("Delete", "Delete {n} files", n));
    this.dialog.showModal();
  }

  get goesToBin() {
    return "bin" in this.dialog.dataset;
  }

  async #delete(items) {
    let failed = 0;
    for (const item of items) {
      if (await item.delete()) this.gone(item);
      else failed += 1;
    }
    const done = items.length - failed;
    if (!failed && this.goesToBin) toast(ngettext("Moved to the bin", "{n} files moved to the bin", done));
    else if (!failed) toast(ngettext("Deleted", "{n} files deleted", done));
    else if (!done) toast(_("Not deleted. Try again."));
    else toast(ngettext("{n} file not deleted. Try again.", "{n} files not deleted. Try again.", failed));
  }
}
