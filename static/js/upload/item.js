// One file or URL being uploaded.
import { size, toast } from "../dom.js";
import { _ } from "../language.js";
import { codes } from "./codes.js";
import { forget, keep, keyOf } from "./keys.js";
import { EDITABLE } from "./options.js";
import { headersOf } from "./transfer.js";
import { Row } from "./row.js";
import { renew } from "./session.js";
import { isActive, isMoving } from "./states.js";
import { ARRIVED, DAMAGED, DIFFERS, IN_BIN, sentences, STATES } from "./words.js";

export class Item {
  state = "waiting";
  loaded = 0;
  tries = 0;
  renewals = 0;
  answer = null;
  own = null; // options of this file, which replace those for all
  sent = {}; // the options that the server has

  constructor(uploader, { file, path, address }) {
    this.uploader = uploader;
    this.file = file;
    this.address = address;
    this.name = path ?? address;
    this.size = file?.size ?? 0;
    this.#useKey(file);
    this.row = new Row(this);
    this.say("waiting");
  }

  // What it is called: its title where somebody gave one, else the file's name.
  get label() {
    return this.title || this.name;
  }

  get isPending() {
    return this.state === "waiting" || isActive(this.state);
  }

  // What the server makes the file into can't be changed any more.
  get hasOptionsFixed() {
    return this.state === "done" || isMoving(this.state);
  }

  // It couldn't be cleaned.
  get staysPrivate() {
    return Boolean(this.answer?.report.stays_private);
  }

  fields() {
    return this.state === "done" ? this.sent : (this.own ?? this.uploader.options.values());
  }

  // The options that it is sent with, and those for all at that time. What may be there keeps those it came with.
  take() {
    keep(this.file, this.key);
    if (this.mayBeThere) return;
    this.sent = this.fields();
    this.defaults = this.uploader.options.values();
  }

  #useKey(file) {
    const { key, isKept } = keyOf(file);
    Object.assign(this, { key, mayAsk: !isKept });
  }

  renewKey() {
    forget(this.file, this.key);
    this.#useKey(null);
    this.mayBeThere = false;
  }

  say(state, words = "", failure = {}) {
    this.state = state;
    this.reason = words;
    this.fixes = failure.fixes ?? [];
    this.mayHelp = failure.mayHelp ?? true;
    this.row.say(state, this.#line(words || STATES[state]), {
      mayHelp: this.mayHelp,
      isFixable: this.fixes.length > 0,
    });
    this.uploader.changed();
  }

  #line(words) {
    const weight = this.size && this.state !== "failed" ? size(this.size) : "";
    const parts = [words, weight];
    if (this.own && this.state === "waiting") parts.push(this.uploader.itemOptions.said(this.own));
    return parts.filter(Boolean).join(" · ");
  }

  // Somebody has these bytes here already, and says what is to become of them.
  isKnownAt(page, isPut) {
    forget(this.file, this.key);
    this.say(
      "known",
      isPut ? _("You have this already. It is in the album now.") : _("You have this already: open it, or keep both."),
    );
    this.row.open(page);
  }

  progress(loaded, total) {
    this.loaded = Math.min(loaded, this.size || loaded);
    this.row.progress(total ? loaded / total : 0);
    if (loaded >= total && this.state === "uploading") this.say("processing");
    this.uploader.changed();
  }

  finish(answer, verified) {
    forget(this.file, this.key);
    this.answer = answer;
    this.sha256 = answer.sha256;
    this.loaded = this.size;
    const { report, image } = answer;
    this.isOther = verified === false; // than the file that the browser read
    this.check = { true: ARRIVED, false: DIFFERS }[String(verified)] ?? "";
    this.privacy = report.privacy;
    this.title = this.sent.title;
    this.row.element.dataset.verified = String(verified);
    this.#report(report);
    this.sent = { ...this.sent, visibility: report.visibility };
    if (this.changed && answer.can_edit) this.#save(this.changed);
    else this.sent = { ...this.sent, title: image.title ?? "", description: image.description ?? "" };
    this.changed = null;
  }

  #report(report) {
    this.answer.report = report;
    this.warning = sentences(report.audience, report.stays_private, report.damaged && DAMAGED);
    const check = this.isOther && DIFFERS;
    const inBin = this.answer.in_bin && IN_BIN;
    this.say("done", [inBin, this.warning, check, report.expires, this.privacy].filter(Boolean).join(" · "));
    this.row.finish(this.answer, { label: this.label, isWarning: this.staysPrivate || report.damaged });
    this.showLink();
  }

  // In the form that is chosen for all.
  showLink() {
    this.row.link(codes([this], this.uploader.options.kind));
  }

  get opensForFew() {
    return Boolean(this.answer.report.audience);
  }

  // Whether it is gone from the site, which asks nobody again.
  async delete() {
    const answer = await this.#post("delete", new URLSearchParams());
    return Boolean(answer?.ok || answer?.status === 404);
  }

  // What is in the bin of the same bytes comes back, and this one goes there: whether that was done.
  async restoreInstead() {
    const answer = await this.#post("instead", new URLSearchParams());
    return Boolean(answer?.ok);
  }

  // New options: sent with the file, or saved when it is there.
  change(options) {
    if (this.state === "done") {
      this.#save(options);
      return;
    }
    this.own = options;
    if (isMoving(this.state) || this.mayBeThere) this.changed = options;
    else this.say(this.state, this.reason, this);
  }

  async #save(options) {
    toast((await this.save(options)) ? _("Saved") : _("Changes not saved. Try again."));
  }

  // Whether the options, of a file that is there, are saved. Only those that differ are sent.
  async save(options) {
    const { image } = this.answer;
    const body = new URLSearchParams({ nsfw: options.nsfw || "0" });
    for (const name of EDITABLE) {
      const value = options[name] ?? "";
      if (value !== (this.sent[name] ?? "")) body.append(name, value);
    }
    const answer = await this.#post("manage", body);
    if (!answer?.ok) return false;
    const saved = await answer.json();
    image.url_viewer = saved.url_viewer;
    this.answer.codes = saved.codes;
    const title = saved.title ?? "";
    if (title !== this.sent.title) this.title = title;
    this.sent = { ...options, title, visibility: saved.report.visibility };
    this.#report(saved.report);
    return true;
  }

  async #post(what, body, mayRenew = true) {
    const { form } = this.uploader;
    const address = form.dataset[what].replace("ID", this.answer.image.id_encoded);
    const answer = await fetch(address, { method: "POST", body, headers: headersOf(form) }).catch(() => null);
    const isRefused = [400, 403].includes(answer?.status);
    return isRefused && mayRenew && (await renew(form)) === "renewed" ? this.#post(what, body, false) : answer;
  }
}
