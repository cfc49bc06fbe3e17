// One menu for all rows: it stands in the top layer, beside the button that opened it.
import { $, $$ } from "../dom.js";
import { copyAndSay } from "../copy.js";
import { codes } from "./codes.js";
import { actionsOf } from "./states.js";

const GAP = 4;

export class Menu {
  constructor(element, act) {
    this.element = element;
    element.addEventListener("click", (event) => {
      const entry = event.target.closest("[data-entry]");
      if (!entry) return;
      element.hidePopover();
      if (entry.dataset.entry === "copy") {
        copyAndSay(codes([this.item], entry), entry.dataset.copied, this.item.answer.report.audience);
      } else act(entry.dataset.entry, this.item);
    });
    element.addEventListener("toggle", (event) => {
      this.button?.setAttribute("aria-expanded", String(event.newState === "open"));
    });
    element.addEventListener("keydown", (event) => this.#move(event));
    const hide = ({ target }) => target !== element && element.matches(":popover-open") && element.hidePopover();
    addEventListener("scroll", hide, { capture: true });
  }

  open(item, button) {
    this.item = item;
    this.button = button;
    this.#fill();
    this.element.showPopover();
    this.#place(button.getBoundingClientRect());
    this.#entries()[0]?.focus({ preventScroll: true });
  }

  // What can be done changes with the item's state.
  #fill() {
    const { item } = this;
    this.form = actionsOf(item.state);
    for (const entry of $$("[data-for]", this.element)) entry.hidden = !entry.dataset.for.includes(this.form);
    if (this.form !== "done") return;
    $("[data-open]", this.element).href = item.answer.image.url_viewer;
    for (const entry of $$("[data-of-owner]", this.element)) entry.hidden = !item.answer.can_edit;
  }

  refresh() {
    const isOpen = this.item && this.element.matches(":popover-open");
    if (isOpen && this.form !== actionsOf(this.item.state)) this.#fill();
  }

  // Below its button, or above; where neither has room, beside it, so that no entry is under the pointer.
  #place(button) {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const below = button.bottom + GAP;
    const above = button.top - GAP - height;
    const isBelow = below + height <= innerHeight;
    const isBeside = !isBelow && above < GAP;
    const top = isBeside ? Math.max(GAP, innerHeight - GAP - height) : isBelow ? below : above;
    this.element.style.top = `${top}px`;
    this.element.style.left = `${Math.max(GAP, (isBeside ? button.left - GAP : button.right) - width)}px`;
  }

  #entries() {
    return $$(".entry", this.element).filter((entry) => !entry.hidden);
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const entries = this.#entries();
    entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
  }
}
