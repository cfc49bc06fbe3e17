// Many files at once: what is selected in a listing, and what can be done with it.
import { $ } from "../dom.js";
import { act } from "./acts.js";
import { chooseMore } from "./bar.js";
import { bar, begin, chosen, clear, list } from "./chosen.js";
import { showKeys } from "./keys.js";
import "./pointer.js";

const start = $("[data-select]");

function stop() {
  const hadFocus = bar.contains(document.activeElement);
  const last = $(".box:checked", list)?.nextElementSibling;
  clear();
  if (hadFocus) (last ?? start ?? list).focus({ preventScroll: true });
}

const OWN = { clear: stop, all: chooseMore, keys: showKeys };

bar.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  const { do: name, path, fields } = button.dataset;
  const menu = button.closest("details");
  if (menu) menu.open = false;
  if (OWN[name]) OWN[name]();
  else act(name, { path, own: JSON.parse(fields) });
});

start?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  begin();
  $("[data-do=clear]", bar).focus();
});

if (list.classList.contains("selecting")) begin(); // as its address says
addEventListener("pageshow", ({ persisted }) => persisted && chosen.isOn && clear());
