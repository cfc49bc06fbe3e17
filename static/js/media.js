// The media page: zoom, sharing, and the placeholder.
import { $, $$ } from "./dom.js";
import { copyAndSay } from "./copy.js";

const zoom = $("a.zoom");
const large = $("dialog.zoomed");

zoom?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  $("img", large).src = zoom.href;
  large.showModal();
});
large?.addEventListener("click", () => large.close());

const share = $("[data-share]");
if (share) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    const { url, title } = share.dataset;
    if (navigator.share) await navigator.share({ url, title }).catch(() => {});
    else copyAndSay(url, "Link copied");
  });
}

// Once the picture is loaded the blurred placeholder is hidden, but still reserves the space.
for (const placeholder of $$(".stage .placeholder")) {
  const shown = $("img:not(.placeholder), video", placeholder.parentElement);
  const done = () => placeholder.classList.add("done");
  if (shown?.complete || shown?.readyState >= 1) done();
  else for (const event of ["load", "loadedmetadata"]) shown?.addEventListener(event, done, { once: true });
}
