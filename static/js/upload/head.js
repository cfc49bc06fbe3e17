// The head of the queue: what is done, how long it takes, and what can be done with all files.
import { $, $$, size } from "../dom.js";
import { _, ngettext } from "../language.js";
import { Pace } from "./pace.js";
import { files } from "./words.js";

export class Head {
  constructor(form) {
    this.form = form;
    this.pace = new Pace();
    this.part = (name) => $(`[data-${name}]`, form);
    this.notice = this.part("notice");
  }

  // At most once per frame.
  draw(items, { isStarted, hasWorked }) {
    const counts = { waiting: 0, done: 0, failed: 0, cancelled: 0 };
    let [whole, sent, bytes] = [0, 0, 0]; // a URL counts as one byte, as its size isn't known
    for (const item of items) {
      counts[item.state] = (counts[item.state] ?? 0) + 1;
      if (["known", "failed", "cancelled"].includes(item.state)) continue;
      bytes += item.size;
      whole += item.size || 1;
      sent += item.state === "done" ? item.size || 1 : item.loaded;
    }
    const { waiting, done, failed } = counts;
    const total = items.length;
    this.part("head").hidden = !total;
    this.form.classList.toggle("busy", total > 0);
    this.part("progress").hidden = !isStarted;
    this.part("progress").value = whole ? sent / whole : 0;
    this.#say("summary", hasWorked ? _("{done} of {total} done", { done, total }) : files(total));
    const weight = isStarted ? this.#progress(sent, whole, bytes) : bytes ? size(bytes) : "";
    const lost = failed ? ngettext("{n} failed", "{n} failed", failed) : "";
    this.#say("pace", [lost, weight].filter(Boolean).join(" · "));
    const start = this.part("start");
    start.hidden = isStarted || !waiting;
    this.#say("start-text", ngettext("Upload {n} file", "Upload {n} files", waiting));
    this.part("cancel-all").hidden = !isStarted;
    for (const button of $$("[data-retry-all]", this.form)) {
      button.hidden = isStarted || !items.some((item) => item.state === "failed" && item.mayHelp);
    }
    for (const button of $$("[data-clear]", this.form)) button.hidden = isStarted;
    if (!this.part("results")) return; // senders have no links
    this.part("results").hidden = !done || isStarted;
    this.#say("copy-text", done > 1 ? _("Copy all") : _("Copy"));
    for (const entry of $$("[data-of-done]", this.form)) entry.hidden = !done;
    this.part("more").hidden = isStarted && !done;
  }

  #progress(sent, whole, bytes) {
    const pace = this.pace.said(sent, whole);
    return [bytes ? _("{sent} of {total}", { sent: size(sent), total: size(bytes) }) : "", pace]
      .filter(Boolean)
      .join(" · ");
  }

  #say(name, text) {
    const place = this.part(name);
    if (place.textContent !== text) place.textContent = text;
  }

  // Why nothing is sent now; "" hides it.
  explain(text, { needsLogin = false } = {}) {
    this.#say("notice-text", text);
    this.part("login-link").hidden = !needsLogin;
    this.notice.hidden = !text;
  }
}
