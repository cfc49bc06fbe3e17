// The queue of moderators: all files of the page are selected at once.
import { $, $$ } from "./dom.js";

const all = $("[data-select-all]");

if (all) {
  const whole = $("input", all);
  const boxes = $$("[data-review] [type=checkbox]");
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
  });
  const follow = () => {
    const count = boxes.filter((box) => box.checked).length;
    whole.checked = count === boxes.length;
    whole.indeterminate = count > 0 && !whole.checked;
  };
  $("[data-review]").addEventListener("change", follow);
  follow(); // a browser that goes back keeps what was selected
}
