// Sends items in the order they were chosen, three at a time. What stands in the way of all of them (a limit, a log-in
// that ended) holds the queue, and it goes on by itself afterwards.
import { _ } from "../language.js";
import { sha256 } from "./digest.js";
import { forget } from "./keys.js";
import { onReturn, renew } from "./session.js";
import { isActive, isMoving } from "./states.js";
import { arrived, Failure, put, same, send } from "./transfer.js";
import { clock, sentences, STATES } from "./words.js";

const AT_ONCE = 3;
const MAX_TRIES = 10; // automatic ones, with pauses of 1, 2, 4 … seconds
const MAX_RENEWALS = 2; // of one item, without getting any further
const PATIENCE = 3000; // ms for the hash of a file
const MAX_PAUSE = 30; // seconds

export class Queue {
  items = [];
  isStarted = false;
  heldUntil = 0;
  needsLogin = false;

  // on: what happens: "explain" (why nothing is sent now), "failed" (an item), "finished".
  constructor(form, on) {
    Object.assign(this, { form, on });
    onReturn(() => this.needsLogin && this.#renew());
    addEventListener("online", () => {
      for (const item of this.items) if (item.state === "resting") this.#wake(item);
    });
  }

  start() {
    this.isStarted = true;
    this.#next();
  }

  #next() {
    if (!this.isStarted) return;
    if (!this.needsLogin && Date.now() >= this.heldUntil) this.#fill();
    if (this.items.some((item) => item.isPending)) return;
    this.isStarted = false;
    this.#release();
    this.on.finished();
  }

  #fill() {
    let free = AT_ONCE - this.items.filter((item) => isMoving(item.state)).length;
    for (const item of this.items) {
      if (free <= 0) return;
      if (item.state !== "waiting") continue;
      free -= 1;
      this.#upload(item);
    }
  }

  async #upload(item) {
    item.take();
    item.say("uploading");
    item.digest ??= item.file ? sha256(item.file) : Promise.resolve("");
    if (await this.#isKnown(item)) {
      this.#next();
      return;
    }
    try {
      const answer = (item.mayBeThere && (await arrived(this.form, item.key))) || (await this.#send(item));
      const digest = (await item.digest) || (item.file ? await sha256(item.file) : "");
      item.finish(answer, digest ? digest === answer.sha256 : undefined);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failed(item, error);
    }
    this.#next();
  }

  // Whether somebody has these bytes here already: asked once, before they are sent, where their hash is there soon.
  async #isKnown(item) {
    if (!item.file || !item.mayAsk || item.mayBeThere) return false;
    item.mayAsk = false;
    const digest = await Promise.race([item.digest, new Promise((done) => setTimeout(done, PATIENCE))]);
    const page = digest && (await same(this.form, digest));
    if (!page || item.state === "cancelled") return false;
    item.isKnownAt(page, await put(this.form, page, item.sent.album_id));
    this.on.failed(item);
    return true;
  }

  async #send(item) {
    if (item.state === "cancelled") throw new Failure(STATES.cancelled);
    const transfer = send(this.form, item, (loaded, total) => item.progress(loaded, total));
    item.abort = transfer.abort;
    return transfer.done;
  }

  #failed(item, error) {
    if (error.unsure && item.state === "processing") item.mayBeThere = true;
    if (error.spent) item.renewKey();
    item.loaded = 0;
    if (item.state === "cancelled") return;
    if (error.isOther) {
      item.say("waiting");
      return;
    }
    if (error.session && item.renewals < MAX_RENEWALS) {
      item.renewals += 1;
      item.say("waiting");
      this.#askForLogin();
    } else if (error.holds) {
      item.say("waiting");
      this.#hold(error);
    } else if (error.retryAfter !== undefined && item.tries < MAX_TRIES) this.#rest(item, error);
    else this.#fail(item, error);
  }

  #fail(item, error) {
    item.say("failed", error.message, error);
    this.on.failed(item);
  }

  #rest(item, error) {
    item.tries += 1;
    const pause = Math.min(MAX_PAUSE, Math.max(error.retryAfter, 2 ** (item.tries - 1)));
    item.say(
      "resting",
      error.lost ? "" : sentences(error.message, _("Retrying at {time}.", { time: clock(Date.now() + pause * 1000) })),
    );
    item.timer = setTimeout(() => this.#wake(item), pause * 1000);
  }

  #wake(item) {
    clearTimeout(item.timer);
    if (item.state !== "resting") return;
    item.say("waiting");
    this.#next();
  }

  // Everything waits, until when the server asked for.
  #hold({ message, retryAfter }) {
    const until = Date.now() + retryAfter * 1000;
    if (until <= this.heldUntil) return;
    this.heldUntil = until;
    clearTimeout(this.holding);
    this.holding = setTimeout(() => this.#release(), Math.min(2 ** 31 - 1, retryAfter * 1000));
    this.on.explain(sentences(message, _("Uploads continue automatically at {time}.", { time: clock(until) })));
  }

  #release() {
    clearTimeout(this.holding);
    this.heldUntil = 0;
    if (!this.needsLogin) this.on.explain("");
    this.#next();
  }

  #askForLogin() {
    if (this.needsLogin) return;
    this.needsLogin = true;
    this.#renew();
  }

  async #renew() {
    const state = await renew(this.form);
    if (!this.needsLogin) return;
    if (state === "ended") {
      this.on.explain(_("You have been logged out. Your files stay here."), { needsLogin: true });
      return;
    }
    this.needsLogin = false;
    this.on.explain("");
    for (const item of state === "closed" ? this.items.filter((one) => one.state === "waiting") : []) {
      this.#fail(item, new Failure(_("Uploads are turned off.")));
    }
    this.#next();
  }

  cancel(item) {
    clearTimeout(item.timer);
    item.say("cancelled");
    item.abort?.();
    this.#next();
  }

  cancelAll() {
    this.isStarted = false; // or the next one would start where one is cancelled
    for (const item of this.items.filter((one) => one.isPending)) this.cancel(item);
    this.start();
  }

  retry(item) {
    item.tries = item.renewals = 0;
    item.say("waiting");
    this.start();
  }

  // Whatever isn't on its way.
  remove(items) {
    const gone = new Set(items.filter((item) => !isActive(item.state)));
    this.items = this.items.filter((item) => !gone.has(item));
    for (const item of gone) {
      forget(item.file, item.key);
      item.row.element.remove();
    }
  }
}
