// Suggestions below a field while somebody types: a combobox with a list (ARIA Authoring Practices, Combobox).
// data-suggest is where they come from. One leads to its page, or takes the place of what was typed: of the last name
// in a field of names between commas (data-names).
import { $, icon } from "./dom.js";
import { _, ngettext } from "./language.js";

const WAIT_MS = 150; // behind a letter: who types on asks once
const ICONS = { tag: "tag", user: "user", word: "search", file: "image" };

let fields = 0;

class Combobox {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `suggestions-${(fields += 1)}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", _("Suggestions"));
    this.list.hidden = true;
    this.said = document.createElement("span");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    input.after(this.list, this.said);
    input.autocomplete = "off";
    for (const [name, value] of Object.entries({ autocomplete: "list", controls: this.list.id, expanded: "false" })) {
      input.setAttribute(`aria-${name}`, value);
    }
    input.setAttribute("role", "combobox");
    input.addEventListener("input", () => this.#ask());
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("blur", () => this.#close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", ({ target }) => this.#choose(target.closest("[role=option]")));
  }

  // What is completed: all of a search, the last of several names.
  get #typed() {
    const { value } = this.input;
    return "names" in this.input.dataset ? value.slice(value.lastIndexOf(",") + 1).trim() : value;
  }

  get #active() {
    return $("[aria-selected=true]", this.list);
  }

  #ask() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.#typed) return this.#close();
    this.timer = setTimeout(() => this.#load(), WAIT_MS);
  }

  async #load() {
    this.asking = new AbortController();
    const { signal } = this.asking;
    const address = `${this.input.dataset.suggest}?q=${encodeURIComponent(this.#typed)}`;
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } }).catch(() => null);
    const { suggestions } = answer?.ok && !answer.redirected ? await answer.json() : { suggestions: [] };
    if (!signal.aborted && document.activeElement === this.input) this.#show(suggestions);
  }

  #show(suggestions) {
    this.list.replaceChildren(...suggestions.map((one, number) => this.#option(one, number)));
    if (!suggestions.length) return this.#close();
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
    this.said.textContent = ngettext("{n} suggestion", "{n} suggestions", suggestions.length);
  }

  #option({ kind = "tag", text, detail = "", url = "" }, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.url = url;
    option.dataset.text = text;
    const name = document.createElement("span");
    name.textContent = text;
    const more = document.createElement("span");
    more.className = "quiet";
    more.textContent = detail;
    option.append(icon(ICONS[kind]), name, more);
    return option;
  }

  #press(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#move(step);
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Enter" && this.#active) this.#choose(this.#active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Behind the last the field itself has its turn.
  #move(step) {
    const options = [...this.list.children];
    const places = options.length + 1;
    const at = (options.indexOf(this.#active) + 1 + step + places) % places;
    options.forEach((one, number) => one.setAttribute("aria-selected", String(number + 1 === at)));
    if (!at) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", options[at - 1].id);
    options[at - 1].scrollIntoView({ block: "nearest" });
  }

  #choose(option) {
    if (!option) return;
    const { url, text } = option.dataset;
    if (url) return location.assign(url);
    this.input.value = "names" in this.input.dataset ? this.#withLast(text) : text;
    this.#close();
    for (const kind of ["input", "change"]) this.input.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  #withLast(text) {
    const names = this.input.value.split(",").slice(0, -1);
    return [...names.map((name) => name.trim()), text, ""].join(", ");
  }

  #close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.said.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function attend(field) {
  if (field.matches("[data-suggest]:not([role=combobox])")) new Combobox(field);
}

// Forms come into the page later, too; one field may have the focus already.
document.addEventListener("focusin", ({ target }) => attend(target));
if (document.activeElement) attend(document.activeElement);
