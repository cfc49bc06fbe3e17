// The options of uploads: for all files in a panel, for one in a dialog. Each field has its summary in data-said, so
// that what is set can be read where the fields aren't shown.
import { $, $$ } from "../dom.js";
import { _ } from "../language.js";

// Not the expiration: whoever forgets it would lose next week's files.
const REMEMBERED = ["visibility", "nsfw", "width", "category_id", "neutral_name"];

// What can still be changed of a file that is there; its content, which a checkbox names, is said each time.
export const EDITABLE = ["visibility", "title", "description", "tags", "category_id", "alt_text", "expiration"];

const inputs = (root) => $$("[name]", root);
const isOther = (field, value) => field.type === "radio" && field.value !== value;
const valueOf = (field) => (field.type === "checkbox" ? (field.checked ? field.value : "") : field.value.trim());

export function values(root) {
  const fields = inputs(root).filter((field) => field.type !== "radio" || field.checked);
  return Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
}

// Of radio buttons, the default is chosen where none has the value.
export function fill(root, chosen) {
  for (const radio of $$("[type=radio]", root)) radio.checked = radio.defaultChecked;
  for (const field of inputs(root)) {
    const value = chosen[field.name] ?? "";
    if (field.type === "radio") field.checked ||= field.value === value;
    else if (field.type === "checkbox") field.checked = field.value === value;
    else field.value = value;
  }
}

// "Expires in 1 week · Width: 1920 px", of the values given.
export function said(root, chosen) {
  return inputs(root)
    .filter((field) => "said" in field.dataset && chosen[field.name] && !isOther(field, chosen[field.name]))
    .map((field) => {
      const option = field.options && [...field.options].find((one) => one.value === chosen[field.name]);
      return option?.dataset.said ?? field.dataset.said.replace("{value}", () => option?.text ?? chosen[field.name]);
    })
    .join(" · ");
}

export class Options {
  constructor(form) {
    this.account = form.dataset.account;
    this.panel = $("[data-defaults]", form);
    this.kinds = $("[data-copy-kind]", form);
    this.#restore();
    this.panel.addEventListener("input", () => this.#say());
    this.panel.addEventListener("change", () => this.#remember());
    this.kinds.addEventListener("change", () => this.#remember());
    this.#say();
  }

  // What the next files get: not what is being chosen for those that are uploaded.
  values() {
    return this.before ?? this.shown();
  }

  shown() {
    return values(this.panel);
  }

  // From now on the panel is of files that are uploaded, until `endEdit`.
  edit() {
    this.before ??= this.shown();
  }

  endEdit() {
    if (!this.before) return;
    fill(this.panel, this.before);
    this.before = null;
    this.#say();
  }

  // A setting of this page: "at-once", "copy-links".
  has(name) {
    return $(`[data-setting=${name}]`, this.panel).checked;
  }

  get kind() {
    return this.kinds.selectedOptions[0];
  }

  #say() {
    const { visibility, ...others } = this.shown();
    const { removed } = this.panel.dataset;
    const set = [visibility && this.#audience(), said(this.panel, others), removed].filter(Boolean).join(" · ");
    $("[data-said-options]", this.panel).textContent = set || _("None set");
  }

  // Who can see the files. What is not the person's default says so, as it is remembered.
  #audience() {
    const chosen = $("[name=visibility]:checked", this.panel);
    const standard = this.#standard();
    if (chosen === standard) return chosen.dataset.said;
    const words = { chosen: chosen.dataset.said, standard: standard.dataset.said };
    return this.account
      ? _("In this browser: {chosen}. Your default is {standard}.", words)
      : _("In this browser: {chosen}. The default is {standard}.", words);
  }

  #remember() {
    if (this.before) return;
    const chosen = this.values();
    const settings = $$("[data-setting]", this.panel).map((box) => [box.dataset.setting, box.checked]);
    const isDefault = $("[name=visibility]:checked", this.panel)?.defaultChecked;
    // The album's is not the person's; the default may change until the page is opened again.
    if (chosen.album_id || isDefault) chosen.visibility = chosen.album_id ? this.remembered : "";
    const fields = REMEMBERED.map((name) => [name, chosen[name] ?? ""]);
    localStorage.setItem(
      "upload",
      JSON.stringify({
        ...Object.fromEntries([...fields, ...settings]),
        copyKind: this.kinds.value,
        insteadOf: this.#default(),
      }),
    );
  }

  // Who can see it is remembered as long as the same person has the same default.
  #default() {
    return `${this.account} ${this.#standard()?.value}`;
  }

  #standard() {
    return $$("[name=visibility]", this.panel).find((radio) => radio.defaultChecked);
  }

  get remembered() {
    return JSON.parse(localStorage.getItem("upload") ?? "{}").visibility ?? "";
  }

  #restore() {
    const saved = JSON.parse(localStorage.getItem("upload") ?? "{}");
    const isOld = saved.insteadOf !== this.#default();
    if (isOld) saved.visibility = "";
    const usual = $$("option", this.panel).filter((option) => option.defaultSelected);
    fill(this.panel, {
      ...Object.fromEntries(usual.map((option) => [option.parentElement.name, option.value])),
      ...Object.fromEntries(REMEMBERED.map((name) => [name, saved[name]])),
    });
    for (const box of $$("[data-setting]", this.panel)) box.checked = Boolean(saved[box.dataset.setting]);
    if ([...this.kinds.options].some((option) => option.value === saved.copyKind)) this.kinds.value = saved.copyKind;
    if (isOld) this.#remember();
  }
}

// The dialog with the options of one file.
export class ItemOptions {
  constructor(dialog) {
    this.dialog = dialog;
    this.fields = $("[data-fields]", dialog);
    this.fields.closest("form").addEventListener("submit", ({ submitter }) => {
      if (submitter?.value !== "cancel") this.item.change(values(this.fields));
    });
  }

  said(options) {
    return said(this.fields, options);
  }

  open(item) {
    this.item = item;
    $("h2", this.dialog).textContent = item.state === "done" ? _("Edit") : _("Options");
    $("[data-name]", this.dialog).textContent = item.label;
    for (const field of $$("[data-before-upload]", this.fields)) field.hidden = item.hasOptionsFixed;
    fill(this.fields, item.fields());
    this.#showWhyPrivate(item);
    this.dialog.showModal();
  }

  // What couldn't be cleaned has no choice.
  #showWhyPrivate(item) {
    const field = $("[data-visibility]", this.fields);
    if (!field) return;
    const why = $("[data-stays-private]", field);
    why.textContent = item.answer?.report.stays_private ?? "";
    why.hidden = !item.staysPrivate;
    field.disabled = item.staysPrivate;
  }
}
