// Replaces the file of a page: with progress, and by dropping the new one onto the form.
import { $ } from "./dom.js";
import { send } from "./upload/transfer.js";
import { tooLarge } from "./upload/words.js";

const form = $("[data-replace]");
const field = $("input[type=file]", form);
const said = $("[data-said]", form);
const bar = $("[data-progress]", form);
const button = $("button", form);

function say(text, isBad) {
  said.textContent = text;
  said.classList.toggle("bad", isBad);
  said.toggleAttribute("role", isBad);
  if (isBad) said.setAttribute("role", "alert");
}

async function replace(file) {
  if (!file || button.disabled) return;
  const most = Number(form.dataset.maxBytes);
  if (file.size > most) {
    say(tooLarge(most), true);
    return;
  }
  button.disabled = true;
  bar.hidden = false;
  say(file.name, false);
  const item = { sent: {}, file, key: crypto.randomUUID?.() ?? String(Math.random()).slice(2), size: file.size };
  try {
    const { url } = await send(form, item, (done, all) => (bar.value = all ? done / all : 0)).done;
    location.assign(url);
  } catch (failure) {
    bar.hidden = true;
    button.disabled = false;
    say(failure.message, true);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  replace(field.files[0]);
});

// What is dropped here is for this page alone, not for the uploader that others open.
const hold = (event, isOver) => {
  event.preventDefault();
  event.stopPropagation();
  form.classList.toggle("over", isOver);
};
form.addEventListener("dragenter", (event) => hold(event, true));
form.addEventListener("dragover", (event) => hold(event, true));
form.addEventListener("dragleave", (event) => hold(event, form.contains(event.relatedTarget)));
form.addEventListener("drop", (event) => {
  hold(event, false);
  replace(event.dataTransfer.files[0]);
});
if (!said.textContent) say(said.dataset.drop, false);
