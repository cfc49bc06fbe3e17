// /settings/uploaders: polls for the first upload with a new key while the page is visible.
import { $, toast } from "./dom.js";
import { _ } from "./language.js";

const POLL_MS = 2000;
const TIMEOUT_MS = 30 * 60 * 1000; // a page left open stops polling

function watch(section) {
  $("[data-without-script]", section)?.parentElement.remove();
  const until = Date.now() + TIMEOUT_MS;
  const news = $("[data-trial-news]", section);
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const fresh = await ask(section.dataset.trial);
    if (fresh) {
      section.dataset.state = fresh.dataset.state;
      const text = $("[data-trial-news]", fresh);
      if (text.innerHTML !== news.innerHTML) news.replaceChildren(...text.childNodes);
    }
    if (section.dataset.state === "arrived" || Date.now() > until) clearInterval(timer);
  }, POLL_MS);
}

async function ask(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return null;
  return $("[data-trial]", new DOMParser().parseFromString(await answer.text(), "text/html"));
}

const section = $("[data-trial]");
if (section?.dataset.state === "waiting") watch(section);

$("[data-bookmarklet]")?.addEventListener("click", (event) => {
  event.preventDefault();
  toast(_("Drag it to your bookmarks bar."));
});
