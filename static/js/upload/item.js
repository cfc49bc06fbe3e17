// One file or URL being uploaded, and its row in the queue.
import { $, $$, size, toast } from "../dom.js";
import { copyAndSay } from "../copy.js";
import { preview } from "./preview.js";

let count = 0;

export const WORDS = {
  waiting: "Waiting",
  uploading: "Uploading",
  processing: "Being looked at",
  resting: "Waiting for the network",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

export class Item {
  constructor(uploader, { file, path, address }) {
    Object.assign(this, {
      uploader,
      file,
      address,
      name: path ?? address,
      state: "waiting",
      loaded: 0,
      tries: 0,
      answer: null,
    });
    this.size = file?.size ?? 0;
    this.row = $("#item-template").content.firstElementChild.cloneNode(true);
    this.#makeIdsUnique();
    $(".name", this.row).textContent = this.name;
    this.row.addEventListener("click", (event) => this.#act(event.target.closest("[data-do]")?.dataset.do));
    $("details", this.row).addEventListener("input", () => {
      this.edited = true;
      this.#saveButton();
    });
    preview($(".preview", this.row), file);
    this.say("waiting");
  }

  #makeIdsUnique() {
    count += 1;
    for (const field of $$("[id]", this.row)) field.id += `-${count}`;
    for (const label of $$("label[for]", this.row)) label.htmlFor += `-${count}`;
    for (const field of $$("[aria-describedby]", this.row)) {
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby")}-${count}`);
    }
  }

  // The fields of this upload: its own before those for all.
  fields() {
    const own = {};
    for (const field of $$("[name]", this.row)) {
      const value = field.type === "checkbox" ? (field.checked ? field.value : "") : field.value.trim();
      if (value) own[field.name] = value;
    }
    return { ...this.uploader.defaults(), ...own };
  }

  say(state, words = "") {
    this.state = state;
    this.row.dataset.state = state;
    $(".state", this.row).textContent = [words || WORDS[state], this.size ? size(this.size) : ""]
      .filter(Boolean)
      .join(" · ");
    const active = ["waiting", "uploading", "processing", "resting"].includes(state);
    this.#show("cancel", active);
    this.#show("retry", state === "failed" || state === "cancelled");
    this.#show("copy", state === "done");
    this.#show("open", state === "done");
    $("progress", this.row).hidden = !["uploading", "processing"].includes(state);
    this.#saveButton();
    this.uploader.changed();
  }

  #show(what, visible) {
    $(`[data-do=${what}]`, this.row).hidden = !visible;
  }

  #saveButton() {
    this.#show("save", this.state === "done" && Boolean(this.answer?.can_edit) && Boolean(this.edited));
  }

  progress(loaded, total) {
    this.loaded = Math.min(loaded, this.size || loaded);
    $("progress", this.row).value = total ? loaded / total : 0;
    if (loaded >= total && this.state === "uploading") this.say("processing");
    this.uploader.moved();
  }

  finish(answer, verified) {
    this.answer = answer;
    const { image, report, sha256 } = answer;
    this.sha256 = sha256;
    this.loaded = this.size;
    const stage = $(".preview", this.row);
    if (!$("canvas", stage)) {
      const thumb = new Image(88, 88);
      Object.assign(thumb, { src: image.thumb.url, alt: "" });
      stage.replaceChildren(thumb);
    }
    $("[data-do=open]", this.row).href = image.url_viewer;
    const removed = report.removed.length ? `Removed: ${report.removed.join(", ")}.` : "No private data found.";
    const kept = report.kept.length ? ` Kept: ${report.kept.join(", ")}.` : "";
    const hidden = report.leftovers.length ? " It could not be cleaned, so only you can see it." : "";
    const damaged = report.damaged ? " The file is damaged: not all of it may show." : "";
    this.#text(".report", removed + kept + hidden + damaged);
    const check = { true: "✓ arrived as sent", false: "✗ differs from what this browser read" }[String(verified)] ?? "";
    this.#text(".receipt", `SHA-256 ${sha256} ${check}`);
    this.row.dataset.verified = String(verified);
    this.say("done");
    if (this.edited && answer.can_edit) this.save();
  }

  #text(selector, text) {
    const element = $(selector, this.row);
    element.textContent = text;
    element.hidden = false;
  }

  #act(what) {
    if (what === "cancel") this.uploader.cancel(this);
    else if (what === "retry") this.uploader.retry(this);
    else if (what === "copy") copyAndSay(this.answer.image.url_viewer, "Link copied");
    else if (what === "save") this.save();
  }

  // Save fields that were filled in during or after the upload.
  async save() {
    const { image } = this.answer;
    const fields = this.fields();
    const body = new FormData();
    for (const name of ["title", "description", "tags", "alt_text"]) if (fields[name]) body.append(name, fields[name]);
    body.append("nsfw", fields.nsfw ?? "0");
    if (fields.expiration && fields.expiration !== this.sentExpiration) body.append("expiration", fields.expiration);
    const answer = await fetch(this.uploader.form.dataset.manage.replace("ID", image.id_encoded), {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": this.uploader.form.dataset.token },
    }).catch(() => null);
    if (!answer?.ok) {
      toast("That could not be saved. Try again.");
      return;
    }
    const saved = await answer.json();
    image.url_viewer = this.answer.codes.Links.Viewer = saved.url_viewer;
    $("[data-do=open]", this.row).href = saved.url_viewer;
    this.edited = false;
    this.#saveButton();
    toast("Saved");
  }
}
