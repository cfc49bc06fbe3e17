// /settings/uploaders: whether the first upload with a new key has arrived,
// asked every few seconds while somebody looks.
import { $, toast } from "./dom.js";

const PAUSE_MS = 2000;
const PATIENCE_MS = 30 * 60 * 1000; // a page left open does not ask for ever

function watch(section) {
  $("[data-without-script]", section)?.parentElement.remove();
  const until = Date.now() + PATIENCE_MS;
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
  }, PAUSE_MS);
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
  toast("Drag it to your bookmarks bar.");
});
