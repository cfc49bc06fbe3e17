import { $, $$ } from "./dom.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) {
    event.preventDefault();
    $(opener.dataset.dialog).showModal();
  }
  const isBackdrop = event.target instanceof HTMLDialogElement;
  if (isBackdrop && !event.target.classList.contains("wide")) event.target.close();
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of $$("details.menu[open]")) {
    menu.open = false;
    $("summary", menu).focus();
  }
});

for (const hidden of $$("[data-only-script]")) hidden.hidden = false;

// Tabs (WAI-ARIA practices): arrow keys move between them; without JavaScript all panels are shown.
for (const tabs of $$(".tabs")) {
  const list = $("[role=tablist]", tabs);
  const buttons = $$("[role=tab]", tabs);
  const show = (chosen, focus) => {
    for (const tab of buttons) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    if (focus) chosen.focus();
  };
  list.hidden = false;
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) show(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) show(buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length], true);
  });
  show(buttons[0]);
}
