// The upload page: what is chosen becomes rows of the queue, and what is done gives links.
import { $, $$, isTyping, toast } from "../dom.js";
import { _, ngettext } from "../language.js";
import { copy, copyAndSay } from "../copy.js";
import { Albums } from "./albums.js";
import { Batch } from "./batch.js";
import { codes } from "./codes.js";
import { Deletion } from "./deletion.js";
import { Details } from "./details.js";
import { start as startDigest } from "./digest.js";
import { filesOfInput } from "./files.js";
import { Head } from "./head.js";
import { Item } from "./item.js";
import { Menu } from "./menu.js";
import { ItemOptions, Options } from "./options.js";
import { offerPaste } from "./paste.js";
import { Queue } from "./queue.js";
import { deleteLinks, receipt, save } from "./results.js";
import { itemAt } from "./row.js";
import { openForFew, sentences, tooLarge } from "./words.js";

export class Uploader {
  constructor(form) {
    this.form = form;
    startDigest();
    form.classList.add("scripted");
    $("#files", form).removeAttribute("name");
    this.head = new Head(form);
    this.options = new Options(form);
    this.itemOptions = new ItemOptions($("#upload-options"));
    this.details = new Details($("#upload-details"));
    this.deletion = new Deletion($("#upload-delete"), (item) => this.#remove([item]));
    this.batch = new Batch(form, { options: this.options, deletion: this.deletion, items: () => this.#done() });
    this.menu = new Menu($("#row-menu"), (what, item) => this.#act(what, item));
    this.queue = new Queue(form, {
      explain: (...why) => this.head.explain(...why),
      failed: (item) => item.row.lead(),
      finished: () => this.#finished(),
    });
    this.albums = new Albums(form, this.options, this.itemOptions.fields, () => this.#done());
    this.#listen();
    const early = $("#files", form); // chosen before this script was here
    if (early.files.length) {
      this.add(filesOfInput(early));
      early.value = "";
    }
  }

  #listen() {
    const on = (selector, event, act) => {
      for (const element of $$(selector, this.form)) element.addEventListener(event, act);
    };
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    on("input[type=file]", "change", ({ target }) => {
      this.add(filesOfInput(target));
      target.value = "";
    });
    on("[data-choose=folder]", "click", () => $("[data-input=folder]", this.form).click());
    on("[data-choose=camera]", "click", () => $("[data-input=camera]", this.form).click());
    offerPaste($("[data-choose=paste]", this.form), (...found) => this.add(...found));
    on("[data-choose=addresses]", "click", ({ currentTarget }) => {
      const box = $("[data-addresses]", this.form);
      box.hidden = !box.hidden;
      currentTarget.setAttribute("aria-expanded", String(!box.hidden));
      $("textarea", box).focus();
    });
    on("[data-add-addresses]", "click", () => this.#addAddresses());
    on("[data-cancel-all]", "click", () => this.queue.cancelAll());
    on("[data-retry-all]", "click", () => {
      for (const item of this.queue.items) if (item.state === "failed" && item.mayHelp) this.queue.retry(item);
    });
    on("[data-clear]", "click", () => this.#remove(this.queue.items));
    on("[data-copy-kind]", "change", () => this.#done().forEach((item) => item.showLink()));
    on("[data-copy-all]", "click", () => this.copyAll());
    on("[data-copy-delete-links]", "click", () => this.#copyDeleteLinks());
    on("[data-copy-receipt]", "click", () => copyAndSay(receipt(this.#done()), _("Receipt copied")));
    on("[data-save-receipt]", "click", () => save("receipt.txt", receipt(this.#done())));
    on("[data-queue]", "click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this.#act(button.dataset.do, itemAt(button), button);
      else if (target.matches(".link")) target.select();
    });
    addEventListener("beforeunload", (event) => {
      if (this.queue.items.some((item) => item.isPending)) event.preventDefault();
    });
    addEventListener("keydown", (event) => {
      const isPlain = event.key === "c" && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isPlain && !isTyping(event.target) && this.#done().length) this.copyAll();
    });
  }

  #act(what, item, button) {
    const acts = {
      cancel: () => this.queue.cancel(item),
      retry: () => this.queue.retry(item),
      "keep-both": () => this.queue.retry(item),
      remove: () => this.#remove([item]),
      copy: () => copyAndSay(codes([item], this.options.kind), undefined, item.answer.report.audience),
      "delete-link": () => copyAndSay(deleteLinks([item]), _("Delete link copied")),
      delete: () => this.deletion.open([item]),
      restore: () => this.#restoreInstead(item),
      details: () => this.details.open(item),
      options: () => this.itemOptions.open(item),
      menu: () => this.menu.open(item, button),
    };
    acts[what]();
  }

  async #restoreInstead(item) {
    if (!(await item.restoreInstead())) return toast(_("Not restored. Try again."));
    this.#remove([item]);
    toast(_("Restored. The file that you just uploaded is in the bin."));
  }

  #addAddresses() {
    const box = $("[data-addresses] textarea", this.form);
    const lines = box.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    if (lines.length) this.add([], lines);
    box.value = "";
    $("[data-addresses]", this.form).hidden = true;
  }

  add(chosen, addresses = [], { mayStart = true } = {}) {
    const fresh = [...chosen, ...addresses.map((address) => ({ address }))].map((one) => new Item(this, one));
    this.queue.items.push(...fresh);
    const limit = Number(this.form.dataset.maxBytes);
    const refuse = (item, words) => item.say("failed", words, { mayHelp: false });
    $("[data-queue]", this.form).append(...fresh.map((item) => item.row.element));
    for (const item of fresh) {
      if (item.size > limit) refuse(item, tooLarge(limit));
      else if (item.file && !item.size) refuse(item, _("The file is empty."));
      if (item.state === "failed") item.row.lead();
    }
    this.albums.offer(chosen);
    this.#draw();
    if (mayStart && (this.queue.isStarted || this.options.has("at-once"))) this.start();
    else $("[data-start]", this.form).focus({ preventScroll: true });
  }

  start() {
    this.hasWorked = true;
    if (!this.queue.isStarted) this.head.pace.begin();
    this.queue.start();
    this.changed();
  }

  #finished() {
    const { items } = this.queue;
    const failed = items.filter((item) => item.state === "failed").length;
    const fresh = this.#done().filter((item) => !item.reported);
    for (const item of fresh) item.reported = true;
    this.form.dispatchEvent(new CustomEvent("uploads-finished", { detail: fresh })); // for popup.js
    if (fresh.length || failed) this.#sayFinished(fresh, failed, items.length);
    this.changed();
  }

  async #sayFinished(fresh, failed, total) {
    const result = failed ? _("{failed} of {total} failed.", { failed, total }) : _("All done.");
    const copies = fresh.length > 0 && this.options.has("copy-links");
    if (!copies) toast(result);
    else if (!(await copy(codes(fresh, this.options.kind)))) {
      toast(sentences(result, _("Press C to copy the links.")));
    } else toast(sentences(result, ngettext("{n} link copied.", "{n} links copied.", fresh.length)));
  }

  #remove(items) {
    this.queue.remove(items);
    if (!this.queue.items.length) this.hasWorked = false;
    this.changed();
  }

  #done() {
    return this.queue.items.filter((item) => item.state === "done");
  }

  copyAll() {
    const done = this.#done();
    const { kind } = this.options;
    const copied = ngettext("{n} link copied: {kind}.", "{n} links copied: {kind}.", done.length, { kind: kind.text });
    const few = done.filter((item) => item.opensForFew).length;
    copyAndSay(codes(done, kind), sentences(copied, few && openForFew(few)));
  }

  // Only by its own button, never by a key or a remembered choice: anyone with such a link can delete the upload.
  #copyDeleteLinks() {
    const done = this.#done();
    copyAndSay(deleteLinks(done), ngettext("{n} delete link copied", "{n} delete links copied", done.length));
  }

  // Drawn at most once per frame.
  changed() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.#draw();
      this.menu.refresh();
    });
  }

  #draw() {
    this.head.draw(this.queue.items, { isStarted: this.queue.isStarted, hasWorked: this.hasWorked });
    this.batch.draw();
    this.albums.draw(this.queue.isStarted);
  }
}
