// One file or URL being uploaded.
import { size, toast } from "../dom.js";
import { _ } from "../language.js";
import { codes } from "./codes.js";
import { headersOf } from "./transfer.js";
import { Row } from "./row.js";
import { renew } from "./session.js";
import { isActive, isMoving } from "./states.js";
import { DAMAGED, sentences, STATES, VERIFIED } from "./words.js";

const EDITABLE = ["visibility", "title", "description", "tags", "alt_text", "expiration"];

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
    this.row = new Row(this);
    this.say("waiting");
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
    if (this.own && this.state === "waiting") parts.push(this.uploader.said(this.own));
    return parts.filter(Boolean).join(" · ");
  }

  progress(loaded, total) {
    this.loaded = Math.min(loaded, this.size || loaded);
    this.row.progress(total ? loaded / total : 0);
    if (loaded >= total && this.state === "uploading") this.say("processing");
    this.uploader.changed();
  }

  finish(answer, verified) {
    this.answer = answer;
    this.sha256 = answer.sha256;
    this.loaded = this.size;
    const { report, image } = answer;
    this.check = VERIFIED[String(verified)] ?? "";
    this.privacy = report.privacy;
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
    this.say("done", [this.warning, this.privacy, this.check].filter(Boolean).join(" · "));
    this.row.finish(this.answer, { isWarning: this.staysPrivate || report.damaged });
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

  // New options: sent with the file, or saved when it is there.
  change(options) {
    if (this.state === "done") {
      this.#save(options);
      return;
    }
    this.own = options;
    if (isMoving(this.state)) this.changed = options;
    else this.say(this.state, this.reason, this);
  }

  async #save(options) {
    const { image } = this.answer;
    const body = new URLSearchParams({ nsfw: options.nsfw || "0" });
    for (const name of EDITABLE) {
      const value = options[name] ?? "";
      if (value !== (this.sent[name] ?? "")) body.append(name, value);
    }
    const answer = await this.#post("manage", body);
    if (!answer?.ok) {
      toast(_("Changes not saved. Try again."));
      return;
    }
    const saved = await answer.json();
    image.url_viewer = this.answer.codes.Links.Viewer = saved.url_viewer;
    this.#report(saved.report);
    this.sent = { ...options, title: saved.title ?? "", visibility: saved.report.visibility };
    toast(_("Saved"));
  }

  async #post(what, body, mayRenew = true) {
    const { form } = this.uploader;
    const address = form.dataset[what].replace("ID", this.answer.image.id_encoded);
    const answer = await fetch(address, { method: "POST", body, headers: headersOf(form) }).catch(() => null);
    const isRefused = [400, 403].includes(answer?.status);
    return isRefused && mayRenew && (await renew(form)) === "renewed" ? this.#post(what, body, false) : answer;
  }
}
