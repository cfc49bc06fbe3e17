// The heart of a file: it shows at once what was pressed, and goes back where the server doesn't take it.
import { $, toast } from "./dom.js";
import { _ } from "./language.js";

const form = $("[data-heart]");

if (form) {
  const button = $("button", form);
  const count = $("[data-count]", form);
  const from = $("[data-hearts-from]");
  const show = (isGiven, number) => {
    button.setAttribute("aria-pressed", String(isGiven));
    count.textContent = number || "";
    form.elements.heart.value = isGiven ? 0 : 1;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const body = new FormData(form);
    const [isGiven, number] = [button.getAttribute("aria-pressed") === "true", Number(count.textContent)];
    show(!isGiven, isGiven ? number - 1 : number + 1);
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
    form.removeAttribute("aria-busy");
    if (!answer?.ok) {
      show(isGiven, number);
      toast(_("That didn't work. Try again."));
      return;
    }
    const now = await answer.json();
    show(now.given, now.count);
    from.hidden = !now.said;
    $("span > span", from).textContent = now.said;
  });
}
