import { $, toast } from "./dom.js";
import { _ } from "./language.js";

// navigator.clipboard exists only on HTTPS and localhost; on plain HTTP a hidden field is copied.
export async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      /* not allowed here: use execCommand */
    }
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  field.className = "visually-hidden";
  const focused = document.activeElement;
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus?.();
  return done;
}

// audience: who can open what is copied, where that isn't everybody.
export async function copyAndSay(text, said = _("Copied"), audience = "") {
  const done = [said, audience].filter(Boolean).join(" · ");
  toast((await copy(text)) ? done : _("Copying is not allowed here. Select the text and copy it."));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copyAndSay($(button.dataset.copy).value, undefined, button.closest("[data-audience]")?.dataset.audience);
  const field = event.target.closest?.(".copy input");
  if (field) field.select();
});
