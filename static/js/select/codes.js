// The codes of the selected files, a line each. Which kind was chosen is remembered; delete links never are.
import { $, toast } from "../dom.js";
import { _ } from "../language.js";
import { bar } from "./chosen.js";

const KIND = "codes"; // in localStorage

async function load(body) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(bar.dataset.codesForm, { method: "POST", body, headers }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) return said;
  toast(said?.error?.message ?? _("That didn't work. Try again."));
  return null;
}

export function codes(form, fields) {
  const kind = $("[name=kind]", form);
  const box = $("[data-codes]", form);
  const links = $("[data-delete-links]", form);
  const body = (more = {}) => {
    const token = form.elements.csrf_token.value;
    return new URLSearchParams({ ...fields(), csrf_token: token, kind: kind.value, ...more });
  };
  const draw = async () => {
    box.setAttribute("aria-busy", "true");
    const said = await load(body());
    box.removeAttribute("aria-busy");
    box.value = said?.text ?? "";
  };
  const kept = localStorage.getItem(KIND);
  if ($(`option[value="${CSS.escape(kept ?? "")}"]`, kind)) kind.value = kept;
  kind.addEventListener("change", () => {
    localStorage.setItem(KIND, kind.value);
    draw();
  });
  $("[data-create-links]", links).addEventListener("click", async ({ target }) => {
    target.disabled = true;
    const said = await load(body({ delete_links: "1" }));
    target.disabled = false;
    if (!said) return;
    $("textarea", links).value = said.delete_links;
    links.classList.add("made");
    $("[data-copy]", links).focus();
  });
  draw();
}
