// Clicks, and fingers: a long press selects, and goes on to select while it is dragged; at the edges the page scrolls.
import { $ } from "../dom.js";
import { chosen, drag, extend, follow, list, toggle } from "./chosen.js";

const PRESS_MS = 450;
const STEADY = 10; // pixels: a finger never lies quite still
const EDGE = 90; // pixels from where the page scrolls
const SPEED = 0.2; // pixels a frame, for each one beyond that

const boxOf = (target) => $(".box", target?.closest?.(".rows > li") ?? document.createElement("i"));
const isTile = (target) => Boolean(target.closest?.(".rows a"));

let isDragged = false; // the click that follows isn't one
let held; // a touch, from when it may become a long press

list.addEventListener("change", ({ target }) => target.matches(".box") && follow(target));

// Before the viewer hears of it.
list.addEventListener(
  "click",
  (event) => {
    const box = boxOf(event.target);
    if (isDragged) {
      isDragged = false;
      event.preventDefault();
      return;
    }
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === box) {
      if (!event.shiftKey || !chosen.isOn) return; // its own doing
      event.preventDefault();
      setTimeout(() => extend(box)); // a check box whose click is refused goes back first
    } else if (chosen.isOn && isTile(event.target)) {
      event.preventDefault();
      if (event.shiftKey) extend(box);
      else toggle(box);
    }
  },
  { capture: true },
);

function press({ point }) {
  const box = boxOf(held.target);
  held.move = drag(box);
  held.at = point;
  navigator.vibrate?.(10);
  held.frame = requestAnimationFrame(scroll);
}

// While a finger is near an edge; the tile under it changes then, too.
function scroll() {
  const { clientY } = held.at;
  const [top, bottom] = [EDGE, innerHeight - EDGE];
  const beyond = clientY < top ? clientY - top : Math.max(0, clientY - bottom);
  if (beyond) {
    scrollBy({ top: beyond * SPEED, behavior: "instant" });
    reach();
  }
  held.frame = requestAnimationFrame(scroll);
}

function reach() {
  const { clientX, clientY } = held.at;
  const over = document.elementsFromPoint(clientX, clientY).find((one) => list.contains(one) && boxOf(one));
  if (over) held.move(boxOf(over));
}

function release() {
  if (!held) return;
  clearTimeout(held.timer);
  cancelAnimationFrame(held.frame);
  isDragged = Boolean(held.move);
  if (isDragged) setTimeout(() => (isDragged = false), PRESS_MS); // where no click follows
  held = undefined;
}

list.addEventListener(
  "touchstart",
  (event) => {
    release();
    isDragged = false;
    const { target, touches } = event;
    if (touches.length > 1 || !isTile(target) || !boxOf(target)) return;
    const [point] = touches;
    held = { target, at: point };
    held.timer = setTimeout(() => press({ point }), PRESS_MS);
  },
  { passive: true },
);
list.addEventListener(
  "touchmove",
  (event) => {
    if (!held) return;
    const [point] = event.touches;
    if (held.move) {
      event.preventDefault(); // nothing scrolls by itself
      held.at = point;
      return reach();
    }
    const { clientX, clientY } = held.at;
    if (Math.hypot(point.clientX - clientX, point.clientY - clientY) > STEADY) release();
  },
  { passive: false },
);
for (const kind of ["touchend", "touchcancel"]) list.addEventListener(kind, release);
// A long press opens no menu of links, and drags none away.
for (const kind of ["contextmenu", "dragstart"]) {
  list.addEventListener(kind, (event) => {
    if (held || (chosen.isOn && isDragged)) event.preventDefault();
  });
}
