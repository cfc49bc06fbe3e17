// Single keys, as Chevereto has them: each button names its own (aria-keyshortcuts). They can be turned off.
import { $, isTyping } from "../dom.js";
import { bar, chosen, list } from "./chosen.js";

const OFF = "select-keys-off"; // in localStorage
const ALWAYS = [".", "?"]; // the others need a selection

const dialog = $("#select-keys");
const switched = $("[data-keys-on]", dialog);

switched.checked = !localStorage.getItem(OFF);
switched.addEventListener("change", () => {
  if (switched.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});

export const showKeys = () => dialog.showModal();

const nameOf = ({ key }) => (key.length === 1 ? key.toUpperCase() : key);
const isElsewhere = ({ target }) => (isTyping(target) && target.type !== "checkbox") || $("dialog:modal");

// Before others that know the same key, as the uploader does.
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event) || bar.inert) return;
  const name = nameOf(event);
  if (name === "Escape" && $("details.menu[open]")) return; // which it closes
  if (name.length === 1 && !switched.checked && name !== " ") return;
  const tile = event.target.closest?.(".rows a");
  const isOfTile = name === " " && chosen.isOn && tile && list.contains(tile);
  const button = $(`[aria-keyshortcuts~="${CSS.escape(name)}"]`, bar);
  if (!isOfTile && (!button || !(chosen.isOn || ALWAYS.includes(name)))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isOfTile) tile.click();
  else button.click();
  if (button?.matches("summary")) button.focus(); // what is in its menu comes next
}
addEventListener("keydown", press, { capture: true });
