// The form of who sends files by a share link: the queue of the upload page, without what is for owners of files.
import { $, $$, toast } from "../dom.js";
import { _ } from "../language.js";
import { start as startDigest } from "../upload/digest.js";
import { filesOfInput } from "../upload/files.js";
import { Head } from "../upload/head.js";
import { offerPaste } from "../upload/paste.js";
import { Queue } from "../upload/queue.js";
import { itemAt } from "../upload/row.js";
import { tooLarge } from "../upload/words.js";
import { SentItem } from "./sent_item.js";

export class Senders {
  // root: the form, and what its rows are copied from.
  constructor(root) {
    this.form = $("form", root);
    startDigest();
    this.form.classList.add("scripted");
    this.input = $("#files", this.form);
    for (const name of ["name", "required"]) this.input.removeAttribute(name);
    this.options = { values: () => ({ sender: $("[name=sender]", this.form).value.trim() }) };
    this.head = new Head(this.form);
    this.dialog = $("[data-take-back]", root);
    this.queue = new Queue(this.form, {
      explain: (text, { needsLogin = false } = {}) =>
        this.head.explain(needsLogin ? _("The link asks again before it takes more. Your files stay here.") : text, {
          needsLogin,
        }),
      failed: (item) => item.row.lead(),
      finished: () => this.#finished(),
    });
    this.#listen();
    if (this.input.files.length) this.#choose(this.input); // before this script was here
  }

  #listen() {
    const on = (selector, event, act) => {
      for (const element of $$(selector, this.form)) element.addEventListener(event, act);
    };
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    on("input[type=file]", "change", ({ target }) => this.#choose(target));
    on("[data-choose=folder]", "click", () => $("[data-input=folder]", this.form).click());
    on("[data-choose=camera]", "click", () => $("[data-input=camera]", this.form).click());
    offerPaste($("[data-choose=paste]", this.form), (files) => this.add(files));
    on("[data-cancel-all]", "click", () => this.queue.cancelAll());
    on("[data-retry-all]", "click", () => {
      for (const item of this.queue.items) if (item.state === "failed" && item.mayHelp) this.queue.retry(item);
    });
    on("[data-queue]", "click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this.#act(button.dataset.do, itemAt(button));
    });
    this.dialog.addEventListener("close", () => this.dialog.returnValue === "yes" && this.#takeBack(this.asked));
    addEventListener("beforeunload", (event) => {
      if (this.queue.items.some((item) => item.isPending)) event.preventDefault();
    });
  }

  #act(what, item) {
    const acts = {
      cancel: () => this.queue.cancel(item),
      retry: () => this.queue.retry(item),
      remove: () => this.#remove(item),
      "take-back": () => this.#ask(item),
    };
    acts[what]();
  }

  #choose(input) {
    this.add(filesOfInput(input));
    input.value = "";
  }

  add(chosen) {
    const fresh = chosen.map((one) => new SentItem(this, one));
    const limit = Number(this.form.dataset.maxBytes);
    this.queue.items.push(...fresh);
    $("[data-queue]", this.form).append(...fresh.map((item) => item.row.element));
    for (const item of fresh) {
      const why = item.size > limit ? tooLarge(limit) : item.size ? "" : _("The file is empty.");
      if (why) item.say("failed", why, { mayHelp: false });
      if (why) item.row.lead();
    }
    this.#draw();
    const name = $("[name=sender]", this.form);
    if (this.queue.isStarted) this.start();
    else (name.value.trim() ? $("[data-start]", this.form) : name).focus();
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
    if (failed) toast(_("{failed} of {total} failed.", { failed, total: items.length }));
    else if (items.some((item) => item.state === "done")) toast(_("All done."));
    this.changed();
  }

  #ask(item) {
    this.asked = item;
    this.dialog.returnValue = "";
    $("[data-name]", this.dialog).textContent = item.name;
    this.dialog.showModal();
  }

  async #takeBack(item) {
    if (!(await item.delete())) return toast(_("Not taken back. Try again."));
    this.#remove(item);
    return toast(item.takenBack);
  }

  #remove(item) {
    this.queue.remove([item]);
    if (!this.queue.items.length) this.hasWorked = false;
    this.changed();
  }

  // Drawn at most once per frame.
  changed() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.#draw();
    });
  }

  #draw() {
    this.head.draw(this.queue.items, { isStarted: this.queue.isStarted, hasWorked: this.hasWorked });
  }
}
