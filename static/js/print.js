import { $ } from "./dom.js";

// A page that wants to be kept on paper.
const button = $("[data-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
