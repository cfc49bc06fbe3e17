// A file's row in the queue: few elements, changed only where something new is to be seen.
import { $, $$ } from "../dom.js";
import { preview } from "./preview.js";
import { actionsOf, isMoving } from "./states.js";

const template = () => $("#item-template").content.firstElementChild;

const rows = new WeakMap();

// The item of a row that the element is in.
export const itemAt = (element) => rows.get(element.closest(".item"));

export class Row {
  constructor(item) {
    this.element = template().cloneNode(true);
    this.name = item.name;
    this.bar = $("progress", this.element);
    this.state = $(".state", this.element);
    this.actions = $(".item-actions", this.element);
    $(".name", this.element).textContent = item.name;
    preview($(".preview", this.element), item.file);
    rows.set(this.element, item);
  }

  say(state, text, { mayHelp, isFixable } = {}) {
    this.element.dataset.state = state;
    if (this.state.textContent !== text) this.state.textContent = text;
    if (this.bar.hidden === isMoving(state)) this.bar.hidden = !isMoving(state);
    this.#show(actionsOf(state));
    if (this.shown !== "ended") return;
    $("[data-do=retry]", this.actions).hidden = !mayHelp;
    $("[data-do=details]", this.actions).hidden = !isFixable;
  }

  #show(which) {
    if (this.shown === which) return;
    this.shown = which;
    const hadFocus = this.actions.contains(document.activeElement);
    this.actions.replaceChildren($(`#actions-${which}`).content.cloneNode(true));
    this.#label();
    if (hadFocus) $("button:not([hidden])", this.actions)?.focus();
  }

  #label() {
    for (const control of $$("[data-label]", this.actions)) {
      control.setAttribute("aria-label", `${control.dataset.label}: ${this.name}`);
    }
  }

  progress(ratio) {
    this.bar.value = ratio;
  }

  // What the link field shows, and the copy button copies.
  link(code) {
    $(".link", this.actions).value = code;
  }

  open(page) {
    $("[data-open]", this.actions).href = page;
  }

  // The name becomes a link to the page. The thumb comes from there where the browser made none itself.
  finish({ image, in_bin: inBin }, { label, isWarning }) {
    this.name = label;
    const offer = $("[data-do=restore]", this.actions); // senders have no bin
    if (offer) offer.hidden = !inBin;
    this.#label();
    const link = document.createElement("a");
    Object.assign(link, { href: new URL(image.url_viewer).pathname, target: "_blank", textContent: this.name });
    $(".name", this.element).replaceChildren(link);
    this.element.classList.toggle("warned", isWarning);
    const stage = $(".preview", this.element);
    if ($("canvas", stage)) return;
    const thumb = new Image(48, 48);
    Object.assign(thumb, { loading: "lazy", decoding: "async", src: new URL(image.thumb.url).pathname, alt: "" });
    stage.replaceChildren(thumb);
  }

  // Before the rows that haven't failed. A row that is moved loses the focus.
  lead() {
    const queue = this.element.parentElement;
    const first = $(".item:not([data-state=failed], [data-state=known])", queue);
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    if (first && first.compareDocumentPosition(this.element) & Node.DOCUMENT_POSITION_FOLLOWING) {
      queue.insertBefore(this.element, first);
      focused?.focus({ preventScroll: true });
    }
  }
}
