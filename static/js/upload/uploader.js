// The upload queue: files in the order they were chosen, three at a time; each ends in a state that is shown.
import { $, $$, isTyping, size, toast } from "../dom.js";
import { copyAndSay } from "../copy.js";
import { codes } from "./codes.js";
import { sha256, start as startDigest } from "./digest.js";
import { filesOfInput } from "./files.js";
import { Item } from "./item.js";
import { deleteLinks, receipt } from "./results.js";
import { arrived, Failure, send } from "./transfer.js";

const AT_ONCE = 3;
const MAX_TRIES = 10; // automatic ones, with pauses of 1, 2, 4 … seconds
const MAX_PAUSE = 30;
const MAX_AGE = 86_400; // seconds that the server looks back
const REMEMBERED = ["expiration", "nsfw", "width", "category_id", "neutral_name"];
const ACTIVE = ["uploading", "processing", "resting"];

export class Uploader {
  items = [];
  started = false;
  asking = Promise.resolve(); // the last request whether a file arrived
  claimed = []; // ids that those requests returned

  constructor(form) {
    this.form = form;
    startDigest();
    form.classList.add("scripted");
    $("#files", form).removeAttribute("name");
    for (const button of $$("[data-choose]", form)) button.hidden = false;
    this.#listen();
    this.#restore();
    const early = $("#files", form); // chosen before this script was here
    if (early.files.length) {
      this.add(filesOfInput(early));
      early.value = "";
    }
  }

  #listen() {
    const on = (selector, event, act) => $(selector, this.form).addEventListener(event, act);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    for (const input of $$("input[type=file]", this.form)) {
      input.addEventListener("change", () => {
        this.add(filesOfInput(input));
        input.value = "";
      });
    }
    on("[data-choose=folder]", "click", () => $("[data-input=folder]", this.form).click());
    on("[data-choose=camera]", "click", () => $("[data-input=camera]", this.form).click());
    on("[data-choose=addresses]", "click", () => {
      const box = $("[data-addresses]", this.form);
      box.hidden = !box.hidden;
      $("textarea", box).focus();
    });
    on("[data-add-addresses]", "click", () => this.#addAddresses());
    on("[data-retry-all]", "click", () => {
      for (const item of this.items) if (item.state === "failed") this.retry(item);
    });
    on("[data-clear]", "click", () => this.#clear());
    on("[data-copy-all]", "click", () => this.copyAll());
    on("[data-copy-delete-links]", "click", () => this.#copyDeleteLinks());
    on("[data-copy-receipt]", "click", () => copyAndSay(receipt(this.#done()), "Receipt copied"));
    on("[data-save-receipt]", "click", () => this.#saveReceipt());
    on("[data-defaults]", "change", () => this.#remember());
    on("[data-copy-kind]", "change", () => this.#remember());
    addEventListener("online", () => {
      for (const item of this.items) if (item.state === "resting") this.#wake(item);
    });
    addEventListener("beforeunload", (event) => {
      if (this.items.some((item) => ACTIVE.includes(item.state) || item.state === "waiting")) event.preventDefault();
    });
    addEventListener("keydown", (event) => {
      if (
        event.key === "c" &&
        !event.ctrlKey &&
        !event.metaKey &&
        !event.altKey &&
        !isTyping(event.target) &&
        this.#done().length
      ) {
        this.copyAll();
      }
    });
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

  add(files, addresses = [], { mayStart = true } = {}) {
    const fresh = [
      ...files.map((chosen) => new Item(this, chosen)),
      ...addresses.map((address) => new Item(this, { address })),
    ];
    this.items.push(...fresh);
    $("[data-queue]", this.form).append(...fresh.map((item) => item.row));
    const limit = Number(this.form.dataset.maxBytes);
    for (const item of fresh) {
      if (item.size > limit) item.say("failed", `Too big: at most ${size(limit)} here.`);
      else if (item.file && !item.size) item.say("failed", "The file is empty.");
    }
    this.#draw();
    if (mayStart && (this.started || $("[data-at-once]", this.form)?.checked)) this.start();
    else $("[data-start]", this.form).focus({ preventScroll: true });
  }

  start() {
    this.started = true;
    this.begunAt ??= performance.now();
    this.#next();
  }

  #next() {
    if (!this.started) return;
    let free = AT_ONCE - this.items.filter((item) => ["uploading", "processing"].includes(item.state)).length;
    for (const item of this.items) {
      if (free <= 0) break;
      if (item.state === "waiting") {
        free -= 1;
        this.#upload(item);
      }
    }
    if (!this.items.some((item) => ACTIVE.includes(item.state) || item.state === "waiting")) this.#finished();
  }

  async #upload(item) {
    item.say("uploading");
    item.sentExpiration = item.fields().expiration;
    item.edited = false;
    item.begunAt ??= Date.now();
    item.digest ??= item.file ? sha256(item.file) : Promise.resolve("");
    try {
      const answer = (await this.#arrived(item)) ?? (await this.#send(item));
      const digest = (await item.digest) || (item.file ? await sha256(item.file) : "");
      item.finish(answer, digest ? digest === answer.sha256 : undefined);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failed(item, error);
    }
    this.#next();
  }

  async #send(item) {
    if (item.state === "cancelled") throw new Failure("Cancelled.");
    const transfer = send(this.form, item, (loaded, total) => item.progress(loaded, total));
    item.abort = transfer.abort;
    item.sending = true;
    try {
      return await transfer.done;
    } finally {
      item.sending = false;
    }
  }

  // The whole file was sent and the answer was lost: it may have arrived. Other items with the same bytes don't count.
  async #arrived(item) {
    const digest = item.mayBeThere && (await item.digest);
    if (!digest) return undefined;
    const asked = this.asking.then(() => this.#ask(item, digest)); // one at a time: two must not claim the same upload
    this.asking = asked.catch(() => {});
    return asked;
  }

  async #ask(item, digest) {
    const alike = this.items.filter((other) => other !== item && other.file?.size === item.file.size);
    if (alike.some((other) => other.sending)) throw new Failure("The server is working on it.", { retryAfter: 2 });
    const known = [...this.claimed, ...alike.map((other) => other.answer?.image.id_encoded).filter(Boolean)];
    const seconds = Math.min(MAX_AGE, Math.ceil((Date.now() - item.begunAt) / 1000) + 5);
    const answer = await arrived(this.form, digest, seconds, known.join());
    if (answer) this.claimed.push(answer.image.id_encoded);
    return answer;
  }

  #failed(item, error) {
    if (error.unsure && item.state === "processing") item.mayBeThere = true;
    item.loaded = 0;
    if (item.state === "cancelled") return;
    item.tries += 1;
    if (error.retryAfter === undefined || item.tries > MAX_TRIES) {
      item.say("failed", error.message);
      return;
    }
    const pause = Math.min(MAX_PAUSE, Math.max(error.retryAfter, 2 ** (item.tries - 1)));
    item.say(
      "resting",
      error.lost ? "The network is gone. It goes on by itself." : `${error.message} It goes on by itself.`,
    );
    item.timer = setTimeout(() => this.#wake(item), pause * 1000);
  }

  #wake(item) {
    clearTimeout(item.timer);
    if (item.state !== "resting") return;
    item.say("waiting");
    this.#next();
  }

  cancel(item) {
    clearTimeout(item.timer);
    const { abort } = item;
    item.say("cancelled");
    abort?.();
    this.#next();
  }

  retry(item) {
    item.tries = 0;
    item.say("waiting");
    this.start();
  }

  #finished() {
    this.started = false;
    this.begunAt = undefined;
    const failed = this.items.filter((item) => item.state === "failed").length;
    const fresh = this.#done().filter((item) => !item.reported);
    for (const item of fresh) item.reported = true;
    this.form.dispatchEvent(new CustomEvent("uploads-finished", { detail: fresh })); // for popup.js
    if (this.items.length) toast(failed ? `${failed} of ${this.items.length} failed` : "All done");
    this.changed();
  }

  #clear() {
    for (const item of this.items.filter((one) => !ACTIVE.includes(one.state))) item.row.remove();
    this.items = this.items.filter((item) => ACTIVE.includes(item.state));
    this.changed();
  }

  #done() {
    return this.items.filter((item) => item.state === "done");
  }

  copyAll() {
    const [choice] = $("[data-copy-kind]", this.form).selectedOptions;
    copyAndSay(codes(this.#done(), choice), `${this.#done().length} copied`);
  }

  // Only by its own button, never by a key or a remembered choice: anyone with such a link can delete the upload.
  #copyDeleteLinks() {
    const count = this.#done().length;
    copyAndSay(deleteLinks(this.#done()), `${count} delete ${count === 1 ? "link" : "links"} copied`);
  }

  #saveReceipt() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([receipt(this.#done())], { type: "text/plain" }));
    link.download = "receipt.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // --- fields for all

  defaults() {
    const fields = {};
    for (const field of $$("[data-defaults] [name]", this.form)) {
      const value = field.type === "checkbox" ? (field.checked ? field.value : "") : field.value.trim();
      if (value) fields[field.name] = value;
    }
    return fields;
  }

  #remember() {
    const fields = this.defaults();
    const remembered = Object.fromEntries(REMEMBERED.map((name) => [name, fields[name] ?? ""]));
    localStorage.setItem(
      "upload",
      JSON.stringify({
        ...remembered,
        atOnce: $("[data-at-once]", this.form).checked,
        copyKind: $("[data-copy-kind]", this.form).value,
      }),
    );
  }

  #restore() {
    const saved = JSON.parse(localStorage.getItem("upload") ?? "{}");
    for (const name of REMEMBERED) {
      const field = $(`[data-defaults] [name=${name}]`, this.form);
      if (!field || !saved[name]) continue;
      if (field.type === "checkbox") field.checked = field.value === saved[name];
      else field.value = saved[name];
    }
    $("[data-at-once]", this.form).checked = Boolean(saved.atOnce);
    const kinds = $("[data-copy-kind]", this.form);
    if ([...kinds.options].some((option) => option.value === saved.copyKind)) kinds.value = saved.copyKind;
  }

  // --- the summary above the queue; drawn at most once per frame

  changed() {
    this.moved();
  }

  moved() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.#draw();
    });
  }

  #draw() {
    const count = (...states) => this.items.filter((item) => states.includes(item.state)).length;
    const [total, done, failed, waiting] = [this.items.length, count("done"), count("failed"), count("waiting")];
    const weigh = (items) => items.reduce((sum, item) => sum + (item.size || 1), 0);
    const all = this.items.filter((item) => !["failed", "cancelled"].includes(item.state));
    const sent = all.reduce((sum, item) => sum + (item.state === "done" ? item.size || 1 : item.loaded), 0);
    $("[data-head]", this.form).hidden = !total;
    this.form.classList.toggle("busy", total > 0);
    $("[data-progress]", this.form).value = all.length ? sent / weigh(all) : 0;
    $("[data-summary]", this.form).textContent = [
      `${done} of ${total} done`,
      failed ? `${failed} failed` : "",
      this.#pace(sent, weigh(all)),
    ]
      .filter(Boolean)
      .join(" · ");
    const start = $("[data-start]", this.form);
    start.hidden = this.started || !waiting;
    start.lastChild.textContent = ` Upload ${waiting === 1 ? "it" : waiting}`;
    $("[data-retry-all]", this.form).hidden = !failed;
    $("[data-clear]", this.form).hidden = this.started || !total;
    $("[data-results]", this.form).hidden = !done;
  }

  #pace(sent, weight) {
    const seconds = (performance.now() - this.begunAt) / 1000;
    if (!this.started || !(seconds > 0.5) || sent < 1) return "";
    const speed = sent / seconds;
    const left = Math.ceil((weight - sent) / speed);
    const time = left > 90 ? `${Math.round(left / 60)} minutes` : `${left} seconds`;
    return left > 0 ? `${size(speed)}/s, ${time} left` : "";
  }
}
