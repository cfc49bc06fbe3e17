// The queue of moderators: all files of the page are selected at once, and decided on without leaving the list.
import { $, $$ } from "./dom.js";
import { _, ngettext } from "./language.js";

const all = $("[data-select-all]");
const STEPS = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: columns, ArrowUp: (boxes) => -columns(boxes) };
const ANSWERS = { a: "approve", r: "refuse" };

if (all) {
  const whole = $("input", all);
  const list = $("[data-review]");
  const boxes = $$("[type=checkbox]", list);
  const follow = () => {
    const count = boxes.filter((box) => box.checked).length;
    whole.checked = count === boxes.length;
    whole.indeterminate = count > 0 && !whole.checked;
    const said = count ? ngettext("{n} selected", "{n} selected", count) : _("None selected");
    $("[data-chosen]", all).textContent = said;
  };
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    follow();
  });
  list.addEventListener("change", follow);
  // Only while a check box of the list has the focus, so that no key acts elsewhere.
  list.addEventListener("keydown", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const answer = ANSWERS[event.key.toLowerCase()];
    const step = STEPS[event.key];
    if (!answer && !step) return;
    event.preventDefault();
    if (answer) $(`[value=${answer}]`, list.closest("form")).click();
    else boxes[at + step(boxes)]?.focus();
  });
  follow(); // a browser that goes back keeps what was selected
}

function columns(boxes) {
  const rows = boxes.map((box) => box.closest("li").offsetTop);
  return rows.filter((top) => top === rows[0]).length;
}
