// Small previews of chosen files, made only for visible rows, two at a time.
const SIDE = 144;
const AT_ONCE = 2;
const files = new WeakMap();
const queue = [];
let running = 0;

const watcher = new IntersectionObserver(
  (rows) => {
    for (const row of rows) {
      if (!row.isIntersecting) continue;
      watcher.unobserve(row.target);
      queue.push(row.target);
      next();
    }
  },
  { rootMargin: "200px" },
);

async function draw(stage) {
  const bitmap = await createImageBitmap(files.get(stage), { resizeWidth: SIDE, resizeQuality: "medium" });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  stage.replaceChildren(canvas);
}

async function next() {
  if (running >= AT_ONCE || !queue.length) return;
  running += 1;
  try {
    await draw(queue.shift());
  } catch {
    /* what the browser can't show keeps its icon */
  }
  running -= 1;
  next();
}

export function preview(stage, file) {
  if (!file?.type.startsWith("image/")) return;
  files.set(stage, file);
  watcher.observe(stage);
}
