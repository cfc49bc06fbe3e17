// The media page: sharing, and the placeholder. Its zoom is in zoom.js.
import { $, $$ } from "./dom.js";
import { copyAndSay } from "./copy.js";
import { _ } from "./language.js";

// Without JavaScript the button leads to the links.
const share = $("[data-share]");
share?.addEventListener("click", async (event) => {
  event.preventDefault();
  const { url, title, audience } = share.dataset;
  if (navigator.share) await navigator.share({ url, title }).catch(() => {});
  else copyAndSay(url, _("Link copied"), audience);
});

// The menu closes behind the dialog, which gives the focus back to it.
const menu = $(".actions .menu");
menu?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-dialog]")) return;
  menu.open = false;
  $("summary", menu).focus();
});

// Once the picture is loaded the blurred placeholder is hidden, but still reserves the space.
for (const placeholder of $$(".stage .placeholder")) {
  const shown = $("img:not(.placeholder), video", placeholder.parentElement);
  const done = () => placeholder.classList.add("done");
  if ((shown?.complete && shown.naturalWidth) || shown?.readyState >= 1) done();
  else for (const event of ["load", "loadedmetadata"]) shown?.addEventListener(event, done, { once: true });
}

// A tall or broad picture scrolls, and fades where it goes on.
const scrolled = $(".media:is(.tall, .broad) .stage");
function fade() {
  const { scrollTop, scrollLeft, clientWidth, clientHeight, scrollWidth, scrollHeight } = scrolled;
  const below = scrollHeight - clientHeight - scrollTop;
  const beside = scrollWidth - clientWidth - Math.abs(scrollLeft);
  scrolled.classList.toggle("goes-on", below > 1 || beside > 1);
}
if (scrolled) {
  scrolled.addEventListener("scroll", fade, { passive: true });
  new ResizeObserver(fade).observe(scrolled);
}

const SHARP = 0.8; // pixels of the picture for each of the screen, of which two per CSS pixel are enough

// A heavy file is shown as its medium. In a large window the file replaces it, once all else is loaded.
async function sharpen(picture) {
  const needed = picture.clientWidth * Math.min(devicePixelRatio, 2) * SHARP;
  if (picture.naturalWidth >= needed || navigator.connection?.saveData) return;
  const whole = new Image();
  whole.src = picture.dataset.whole;
  await whole.decode().catch(() => {});
  if (whole.naturalWidth) picture.src = whole.src;
}

const light = $("img[data-whole]");
if (light) addEventListener("load", () => sharpen(light), { once: true });
