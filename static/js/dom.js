const SVG = "http://www.w3.org/2000/svg";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

const SHOWN_MS = 4000;

let shown; // the timer of the toast that is there

// What the last page did may stand there already.
export function showToasts() {
  const said = $("[data-toasts] .toast");
  if (said) toast(said.textContent);
}

// Replaces the one before. Above an open dialog it stands in that dialog, whose backdrop covers the page.
export function toast(text) {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = text;
  const place = $("[data-toasts]");
  const over = $$("dialog:modal").at(-1) ?? document.body;
  if (place.parentElement !== over) over.append(place);
  place.replaceChildren(note);
  clearTimeout(shown);
  shown = setTimeout(() => note.remove(), SHOWN_MS);
}

// Like size_formatted on the server: powers of 1000, one decimal.
export function size(bytes) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 999.95 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${bytes.toFixed(1).replace(/\.0$/, "")} ${units[unit]}`;
}

export function isTyping(target) {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
