import { $, $$ } from "./dom.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $(opener.dataset.dialog).showModal();
  }
  const isBackdrop = event.target instanceof HTMLDialogElement;
  if (isBackdrop && !event.target.classList.contains("wide")) event.target.close();
  const isChosen = event.target.closest?.(".queue-menu .entry");
  for (const menu of $$("details.menu[open]")) if (isChosen || !menu.contains(event.target)) menu.open = false;
});

// Upwards where it would end below the window and there is room above, under the page's header.
function place(menu) {
  menu.classList.remove("upwards");
  const [button, list] = [$("summary", menu), $(":scope > div", menu)].map((part) => part.getBoundingClientRect());
  const top = button.top - (list.top - button.bottom) - list.height;
  menu.classList.toggle("upwards", list.bottom > innerHeight && top > ($(".top")?.offsetHeight ?? 0));
}

document.addEventListener("click", (event) => {
  const menu = event.target.closest?.("details.menu > summary")?.parentElement;
  if (!menu) return;
  event.preventDefault();
  menu.open = !menu.open;
  if (menu.open) place(menu);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of $$("details.menu[open]")) {
    menu.open = false;
    $("summary", menu).focus();
  }
});
