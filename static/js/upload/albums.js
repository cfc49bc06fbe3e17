// Albums on the upload page: one is chosen for all files or for one, made before or after, or from a folder's name.
import { $, $$, toast } from "../dom.js";
import { _, ngettext } from "../language.js";
import { headersOf } from "./transfer.js";
import { files } from "./words.js";

const NEW = "new";
const MOST = 500; // files that one request puts into an album

export class Albums {
  // fields: those of one file. done: the items of the queue that are there.
  constructor(form, options, fields, done) {
    Object.assign(this, { form, options, done });
    this.dialog = $("#upload-album");
    this.folder = $("[data-folder]", form);
    if (!this.dialog) return;
    this.fields = $("form.stack", this.dialog);
    this.roots = [options.panel, fields];
    for (const root of this.roots) {
      const select = this.#select(root);
      select.append(new Option(_("New album…"), NEW));
      select.addEventListener("change", () => this.#chosen(root));
    }
    this.fields.addEventListener("submit", (event) => this.#submit(event));
    this.dialog.addEventListener("close", () => this.#closed());
    this.buttons = $$("[data-make-album]", form);
    for (const button of this.buttons) button.addEventListener("click", () => this.#open(null, { items: this.#own() }));
    $("[data-folder-album]", form).addEventListener("click", () => this.#open(options.panel, { name: this.name }));
    this.#preset(form.dataset.album);
  }

  #select(root) {
    return $("[name=album_id]", root);
  }

  #preset(album) {
    const select = this.#select(this.options.panel);
    if (!album || ![...select.options].some((option) => option.value === album)) return;
    select.value = album;
    this.#chosen(this.options.panel);
  }

  // The files are as visible as the album, until somebody says otherwise.
  #chosen(root) {
    const { value, dataset } = this.#select(root).selectedOptions[0];
    if (value === NEW) return this.#open(root);
    const radios = $$("[name=visibility]", root);
    if (this.#isStricter(root, radios, dataset.visibility)) return;
    const level = dataset.visibility ?? (root === this.options.panel ? this.options.remembered : "");
    const radio = radios.find((one) => one.value === level) ?? radios.find((one) => one.defaultChecked);
    if (radio) radio.checked = true;
    root.dataset.byAlbum = level;
    root.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What somebody chose stays, where it lets in fewer people than the album. The radio buttons begin with the fewest.
  #isStricter(root, radios, level) {
    const chosen = radios.findIndex((one) => one.checked);
    if (!level || chosen < 0 || radios[chosen].defaultChecked) return false;
    const isOfAlbum = radios[chosen].value === root.dataset.byAlbum;
    return !isOfAlbum && chosen < radios.findIndex((one) => one.value === level);
  }

  // Of what comes from one folder, while no album is chosen.
  offer(items) {
    if (!this.dialog) return;
    const folders = new Set(items.map(({ path = "" }) => path.split("/").slice(0, -1)[0] ?? ""));
    const [name] = folders;
    const isOne = folders.size === 1 && Boolean(name);
    if (!isOne || this.#select(this.options.panel).value) return;
    this.name = name;
    $("[data-folder-text]", this.folder).textContent = _("These files are from the folder “{name}”.", { name });
    this.folder.hidden = false;
  }

  #own() {
    return this.done().filter((item) => item.answer.can_edit);
  }

  // While nothing is on its way, there may be an album of all that is there.
  draw(isStarted) {
    if (!this.dialog) return;
    const { length: n } = this.#own().filter(({ sent }) => !sent?.album_id);
    const text = ngettext("Create an album of {n} file", "Create an album of {n} files", n);
    for (const button of this.buttons) {
      button.hidden = isStarted || n < 2;
      if ($("span", button).textContent !== text) $("span", button).textContent = text;
    }
  }

  #open(root, { name = this.name ?? "", items = [] } = {}) {
    Object.assign(this, { root, items, made: null });
    const what = $("[data-what]", this.dialog);
    what.textContent = items.length ? files(items.length) : "";
    what.hidden = !items.length;
    $("[name=name]", this.dialog).value = name;
    $("[data-wrong]", this.dialog).hidden = true;
    this.dialog.showModal();
  }

  async #submit(event) {
    if (event.submitter?.value === "cancel") return;
    event.preventDefault();
    const button = event.submitter;
    if (button) button.disabled = true;
    const answer = await this.#create();
    if (button) button.disabled = false;
    if (answer) {
      this.made = answer;
      this.dialog.close();
      return;
    }
    const wrong = $("[data-wrong]", this.dialog);
    wrong.textContent = _("The album was not created. Try again.");
    wrong.hidden = false;
  }

  async #create() {
    const ids = this.items.map(({ answer }) => answer.image.id_encoded);
    const body = new URLSearchParams(new FormData(this.fields));
    body.set("sort", "taken");
    body.set("uploads", ids.slice(0, MOST).join());
    const made = await this.#post(this.form.dataset.albums, body);
    for (let at = MOST; made && at < ids.length; at += MOST) {
      await this.#post(`${made.url}/add`, new URLSearchParams({ uploads: ids.slice(at, at + MOST).join() }));
    }
    return made;
  }

  async #post(address, body) {
    const answer = await fetch(address, { method: "POST", body, headers: headersOf(this.form) }).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }

  #closed() {
    const { made, root, items } = this;
    if (made) {
      for (const one of this.roots) this.#add(this.#select(one), made);
      this.folder.hidden = true;
    }
    if (root) {
      this.#select(root).value = made?.id ?? "";
      this.#chosen(root);
    }
    if (!made) return;
    if (items.length) location.assign(made.url);
    else toast(_("Album “{name}” created", { name: made.name }));
  }

  #add(select, { id, name, visibility }) {
    const option = new Option(name, id);
    option.dataset.visibility = visibility;
    select.options[0].after(option);
  }
}
