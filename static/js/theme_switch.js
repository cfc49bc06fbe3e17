// The switch between light and dark in the header.
import { $ } from "./dom.js";
import { _ } from "./language.js";

const button = $("[data-theme-switch]");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

function label() {
  $("span", button).textContent = isDark() ? _("Light") : _("Dark");
  const use = $("use", button);
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, isDark() ? "#sun" : "#moon"));
}

function change() {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  if ((next === "dark") === system.matches) {
    // same as the system: follow it again
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", next);
  }
  label();
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", change);
  system.addEventListener("change", label);
  label();
}
