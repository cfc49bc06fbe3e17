import { _ } from "./language.js";

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
const UNDO_MS = 10_000; // what can be taken back: long enough to see that it was wrong

let shown; // the timer of the toast that is there

// What the last page did may stand there already, or was left for this one by a script.
export function showToasts() {
  const said = $("[data-toasts] .toast");
  const left = JSON.parse(sessionStorage.getItem("toast") ?? "null");
  sessionStorage.removeItem("toast");
  if (said) toast($("[data-said]", said)?.textContent ?? said.textContent, { undo: $("form", said)?.action });
  else if (left) toast(left.text, left);
}

// For the page that comes next.
export function leaveToast(text, more = {}) {
  sessionStorage.setItem("toast", JSON.stringify({ text, ...more }));
}

// Replaces the one before. Above an open dialog it stands in that dialog, whose backdrop covers the page.
// undo: the address that takes back what was done. Its button is there for ten seconds, and while somebody is at it.
export function toast(text, { undo } = {}) {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = text;
  const place = $("[data-toasts]");
  const over = $$("dialog:modal").at(-1) ?? document.body;
  if (place.parentElement !== over) over.append(place);
  place.replaceChildren(note);
  const stay = () => clearTimeout(shown);
  const wait = () => {
    stay();
    shown = setTimeout(() => note.remove(), undo ? UNDO_MS : SHOWN_MS);
  };
  wait();
  if (!undo) return;
  note.append(undoButton(undo));
  for (const kind of ["pointerenter", "focusin"]) note.addEventListener(kind, stay);
  for (const kind of ["pointerleave", "focusout"]) note.addEventListener(kind, wait);
}

function undoButton(address) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = _("Undo");
  button.dataset.undo = address;
  button.setAttribute("aria-keyshortcuts", "Control+Z");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { takeBack } = await import(document.body.dataset.undoScript);
    takeBack(address);
  });
  const press = (event) => {
    if (!button.isConnected) return removeEventListener("keydown", press);
    const { ctrlKey, metaKey, shiftKey, target, key } = event;
    const isInText = isTyping(target) && target.type !== "checkbox";
    if (!(ctrlKey || metaKey) || shiftKey || key.toLowerCase() !== "z" || isInText) return;
    event.preventDefault();
    button.click();
  };
  addEventListener("keydown", press);
  return button;
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
