// Asks before a file that was just uploaded is deleted.
import { $, toast } from "../dom.js";
import { _ } from "../language.js";

export class Deletion {
  constructor(dialog, gone) {
    this.dialog = dialog;
    dialog.addEventListener("close", async () => {
      if (dialog.returnValue !== "delete") return;
      if (await this.item.delete()) {
        gone(this.item);
        toast(_("Deleted"));
      } else toast(_("Not deleted. Try again."));
    });
  }

  open(item) {
    this.item = item;
    this.dialog.returnValue = "";
    $("[data-name]", this.dialog).textContent = item.label;
    this.dialog.showModal();
  }
}
