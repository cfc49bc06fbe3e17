// The picture alone, in all of the window: fit, then 1:1 at the pointer. Drag, wheel, pinch, keys.
import { $, $$ } from "./dom.js";
import { View } from "./zoom_view.js";

const STEP = 1.5;
const PAN = 96; // CSS pixels an arrow key
const STILL = 6; // a pointer that moved less has clicked
const CRISP = 3; // screen pixels for each of the picture's: from here on they are shown as squares

const opener = $("a.zoom");
const dialog = $("dialog.zoomed");
const stage = dialog && $(".window", dialog);
const picture = dialog && $("img", stage);
const pointers = new Map();
let view;
let moved = 0;

function draw(glides = false) {
  stage.classList.toggle("glides", glides);
  stage.classList.toggle("crisp", view.scale * devicePixelRatio >= CRISP);
  stage.dataset.fit = view.isFit ? "yes" : "no";
  picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  $("output", dialog).textContent = `${Math.round(view.scale * devicePixelRatio * 100)}%`;
}

function measure() {
  view.resize({ width: stage.clientWidth, height: stage.clientHeight }, devicePixelRatio);
  draw();
}

// What the page shows comes first, the whole file when it is there.
async function load(small) {
  const [width, height] = ["width", "height"].map((side) => Number(small.getAttribute(side)));
  Object.assign(picture.style, { width: `${width}px`, height: `${height}px` });
  picture.src = small.currentSrc || opener.href;
  view = new View(width, height, Number(dialog.dataset.enlarged));
  if (picture.src === opener.href) return;
  const whole = new Image();
  whole.src = opener.href;
  await whole.decode().catch(() => {});
  if (whole.naturalWidth) picture.src = whole.src;
}

function open() {
  if (!view) load($("img", opener));
  dialog.showModal();
  view.scale = 0;
  measure();
  if (dialog.classList.contains("tall")) view.zoom(Math.min(1, view.room.width / view.width), { x: 0, y: 0 });
  if (dialog.classList.contains("broad")) view.zoom(Math.min(1, view.room.height / view.height));
  draw();
}

function toggle(at) {
  view.zoom(view.isFit ? view.actual : view.fit, at);
  draw(true);
}

const KEYS = {
  "+": () => view.zoom(view.scale * STEP),
  "=": () => view.zoom(view.scale * STEP),
  "-": () => view.zoom(view.scale / STEP),
  0: () => view.zoom(view.fit),
  1: () => view.zoom(view.actual),
  ArrowLeft: () => view.move(PAN, 0),
  ArrowRight: () => view.move(-PAN, 0),
  ArrowUp: () => view.move(0, PAN),
  ArrowDown: () => view.move(0, -PAN),
};

const middleOf = (points) => ({
  x: points.reduce((sum, point) => sum + point.x, 0) / points.length,
  y: points.reduce((sum, point) => sum + point.y, 0) / points.length,
});
const spread = ([one, other]) => (other ? Math.hypot(one.x - other.x, one.y - other.y) : 0);
const at = (event) => ({ x: event.offsetX, y: event.offsetY });

// One pointer drags; two also pinch.
function follow(event) {
  const before = [...pointers.values()];
  pointers.set(event.pointerId, at(event));
  const now = [...pointers.values()];
  const [from, to] = [middleOf(before), middleOf(now)];
  moved += Math.hypot(to.x - from.x, to.y - from.y) + Math.abs(spread(now) - spread(before));
  if (spread(before)) view.zoom((view.scale * spread(now)) / spread(before), to);
  view.move(to.x - from.x, to.y - from.y);
  draw();
}

function listen() {
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!pointers.size) moved = 0;
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
  });
  stage.addEventListener("pointermove", (event) => pointers.has(event.pointerId) && follow(event));
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  stage.addEventListener("click", (event) => moved < STILL && toggle(at(event)));
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode ? 16 : 1;
      const speed = event.ctrlKey ? 0.01 : 0.002; // a pinch on a touchpad comes as small steps with Ctrl
      view.zoom(view.scale * Math.exp(-event.deltaY * lines * speed), at(event));
      draw();
    },
    { passive: false },
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
    draw(true);
  });
  for (const button of $$("[data-zoom]", dialog)) {
    button.addEventListener("click", () => {
      KEYS[button.dataset.zoom]();
      draw(true);
    });
  }
  addEventListener("resize", () => dialog.open && measure());
}

// The zoom is an entry of the browser's history, so that Back closes it. Closed otherwise, the entry goes, too.
function remember() {
  const agree = () => {
    const isZoom = Boolean(history.state?.zoom);
    if (isZoom && !dialog.open) open();
    else if (!isZoom && dialog.open) dialog.close();
  };
  addEventListener("popstate", agree);
  dialog.addEventListener("close", () => history.state?.zoom && history.back());
  agree(); // reloaded while it was open
}

if (dialog) {
  listen();
  remember();
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState({ zoom: true }, "");
    open();
  });
}
