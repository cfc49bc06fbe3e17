// What is selected in a listing, and the mode in which a click selects. A check box in each tile says it; nothing is
// done for a tile that doesn't change, so that thousands of them stay quick.
import { $, $$ } from "../dom.js";

const GONE_WITH_THE_LAST = "box"; // a mode that a box began

export const list = $("[data-endless]");
export const bar = $("[data-select-bar]");
export const counted = Number(bar?.dataset.count); // files that match; 0 where nobody has counted them

const ids = new Set();
let isAll = false; // all that match, also what isn't on the page yet
let mode = ""; // what began it: "box", or "button"
let anchor = null; // the box from which a range goes

const boxes = () => $$(".box", list);
const changed = () => list.dispatchEvent(new CustomEvent("chosen"));

export const chosen = {
  get ids() {
    return [...ids];
  },
  get size() {
    return isAll && counted ? counted : ids.size;
  },
  get isAll() {
    return isAll;
  },
  get isOn() {
    return mode !== "";
  },
  get isNone() {
    return !isAll && ids.size === 0;
  },
};

function mark(box, isOn) {
  if (box.checked !== isOn) box.checked = isOn;
  if (isOn) ids.add(box.value);
  else ids.delete(box.value);
}

export function begin(by = "button") {
  mode = mode || by;
  list.classList.add("selecting");
  changed();
}

export function clear() {
  for (const box of boxes()) if (box.checked) mark(box, false);
  ids.clear();
  isAll = false;
  mode = "";
  anchor = null;
  list.classList.remove("selecting");
  changed();
}

// After a box, or what is as good as a click on it, has changed.
export function follow(box) {
  mark(box, box.checked);
  anchor = box;
  if (!box.checked) isAll = false;
  if (ids.size === 0 && mode === GONE_WITH_THE_LAST) clear();
  else begin(GONE_WITH_THE_LAST);
}

export function toggle(box) {
  box.checked = !box.checked;
  follow(box);
}

// From the box before to this one: all become as the first one is.
export function extend(box) {
  if (!anchor?.isConnected) {
    box.checked = true;
    return follow(box);
  }
  const all = boxes();
  const [from, to] = [all.indexOf(anchor), all.indexOf(box)].toSorted((one, other) => one - other);
  const isOn = anchor.checked;
  for (const one of all.slice(from, to + 1)) mark(one, isOn);
  if (!isOn) isAll = false;
  begin(GONE_WITH_THE_LAST);
}

export function choosePage() {
  for (const box of boxes()) mark(box, true);
  begin();
}

export function chooseAll() {
  isAll = true;
  choosePage();
}

export const isPageChosen = () => ids.size > 0 && ids.size === list.getElementsByClassName("box").length;

// Only these: what could not be changed.
export function keepOnly(some) {
  const kept = new Set(some);
  isAll = false;
  ids.clear(); // some of their tiles may be gone
  for (const box of boxes()) mark(box, kept.has(box.value));
  if (ids.size === 0) clear();
  else changed();
}

// A drag selects from its first tile to where it is, and leaves the rest as it was.
export function drag(first) {
  const all = boxes();
  const places = new Map(all.map((box, place) => [box, place]));
  const before = all.map((box) => box.checked);
  const start = places.get(first);
  let [low, high] = [start, start];
  mark(first, true);
  anchor = first;
  begin(GONE_WITH_THE_LAST);
  return (box) => {
    const end = places.get(box);
    if (end === undefined) return;
    const [from, to] = [Math.min(start, end), Math.max(start, end)];
    for (let place = Math.min(low, from); place <= Math.max(high, to); place += 1) {
      mark(all[place], (place >= from && place <= to) || before[place]);
    }
    [low, high] = [from, to];
    changed();
  };
}

// What comes with the next page belongs to all.
document.addEventListener("listing-grown", () => {
  if (isAll) choosePage();
  else if (mode) changed();
});
