// Recent changes, while some of them go on: how far each is, and its row anew once it is over.
import { $, $$ } from "./dom.js";
import { ended } from "./changes.js";

async function follow(row) {
  const address = row.dataset.change;
  await ended({ state: "working" }, `${address}/undo`, ({ said, done, failed }) => {
    if (said === undefined) return;
    $("[data-said]", row).textContent = said;
    $("[data-progress]", row).value = done + failed;
  });
  const page = await fetch(location.href).catch(() => null);
  if (!page?.ok) return;
  const now = new DOMParser().parseFromString(await page.text(), "text/html").getElementById(row.id);
  if (now) row.replaceWith(document.adoptNode(now));
  else location.reload();
}

$$("[data-change]").forEach(follow);
