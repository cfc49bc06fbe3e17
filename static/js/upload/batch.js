// What is done with all uploaded files at once: options that were changed since are applied to them, or they are
// deleted.
import { $, $$, toast } from "../dom.js";
import { _, ngettext } from "../language.js";
import { EDITABLE } from "./options.js";

const CHANGEABLE = [...EDITABLE, "nsfw"];

export class Batch {
  // items: those that are uploaded.
  constructor(form, { options, deletion, items }) {
    Object.assign(this, { form, options, items });
    this.panel = options.panel;
    this.button = $("[data-apply]", form);
    this.button.addEventListener("click", () => this.#apply());
    this.panel.addEventListener("input", () => this.draw());
    this.panel.addEventListener("toggle", () => this.panel.open || this.#end());
    $("[data-edit-all]", form).addEventListener("click", () => this.#open());
    $("[data-delete-all]", form).addEventListener("click", () => deletion.open(this.#own()));
    $("[data-share-all]", form)?.addEventListener("click", (event) => this.#share(event.currentTarget.form));
  }

  #own() {
    return this.items().filter((item) => item.answer.can_edit);
  }

  #share(form) {
    form.elements.ids.value = this.#own().map(({ answer }) => answer.image.id_encoded);
  }

  // Only what was changed after the file was sent: what was chosen for it alone stays.
  #changesOf(item, values = this.options.shown()) {
    const names = CHANGEABLE.filter((name) => name in values && values[name] !== item.defaults[name]);
    return Object.fromEntries(names.map((name) => [name, values[name]]));
  }

  #changed() {
    return this.#own().filter((item) => Object.keys(this.#changesOf(item)).length > 0);
  }

  // Until the panel is closed, it is of these files and of no others.
  #open() {
    this.options.edit();
    this.panel.open = true;
    this.draw();
    this.panel.scrollIntoView({ block: "nearest" });
    $("summary", this.panel).focus({ preventScroll: true });
  }

  #end() {
    this.options.endEdit();
    this.draw();
  }

  async #apply() {
    const [items, values] = [this.#changed(), this.options.shown()];
    const total = items.length;
    const failed = [];
    this.button.disabled = this.isBusy = true;
    for (const [done, item] of items.entries()) {
      this.#say(_("{done} of {total} changed", { done, total }));
      if (await item.save({ ...item.sent, ...this.#changesOf(item, values) })) item.defaults = values;
      else failed.push(item);
    }
    this.isBusy = false;
    this.draw();
    const { length: n } = failed;
    if (n) toast(ngettext("{n} file not changed. Try again.", "{n} files not changed. Try again.", n));
    else toast(ngettext("{n} file changed.", "{n} files changed.", total));
    if (!n && this.options.before) this.panel.open = false;
  }

  #title(n) {
    if (this.options.before) return ngettext("Edit {n} uploaded file", "Edit {n} uploaded files", n);
    return this.items().length ? _("Options for the next files") : _("Options for all files");
  }

  draw() {
    const own = this.#own();
    $("[data-options-title]", this.form).textContent = this.#title(own.length);
    for (const part of $$("[data-of-own]", this.form)) part.hidden = !own.length;
    if (this.isBusy) return;
    const { length: n } = this.#changed();
    this.button.disabled = !n;
    this.#say(ngettext("Apply to the {n} uploaded", "Apply to the {n} uploaded", n || own.length));
  }

  #say(text) {
    const place = $("span", this.button);
    if (place.textContent !== text) place.textContent = text;
  }
}
