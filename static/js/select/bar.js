// How many files are selected, and how all of them are.
import { $, $$ } from "../dom.js";
import { _, ngettext } from "../language.js";
import { bar, chooseAll, choosePage, chosen, counted, isPageChosen, list } from "./chosen.js";

const said = $("[data-chosen]", bar);
const all = $("[data-do=all]", bar);
const tools = $$(".select-tools [data-do]:not([data-do=keys])", bar);
const progress = $("[data-progress]", bar);
const number = (count) => count.toLocaleString(document.documentElement.lang);

const isMore = () => !chosen.isAll && (counted ? counted > chosen.size : Boolean($("[data-next]")));

// First what is there; pressed again, all that match.
export function chooseMore() {
  if (isPageChosen() && isMore()) chooseAll();
  else choosePage();
}

function draw() {
  bar.hidden = !chosen.isOn;
  document.body.classList.toggle("with-selection", chosen.isOn);
  const { isAll, size, isNone } = chosen;
  if (isAll && !counted) said.textContent = _("All that match");
  else if (isNone) said.textContent = _("None selected");
  else said.textContent = ngettext("{n} selected", "{n} selected", size, { n: number(size) });
  const isWhole = isPageChosen();
  all.hidden = isWhole && !isMore();
  if (!isWhole) all.textContent = _("All on this page");
  else if (!counted) all.textContent = _("All that match");
  else all.textContent = ngettext("All {n} that matches", "All {n} that match", counted, { n: number(counted) });
  if (tools[0].disabled !== isNone) for (const tool of tools) tool.disabled = isNone;
}

list.addEventListener("chosen", draw);

// Of a change that takes its time, from before the server has answered; nothing else is begun meanwhile.
export function work({ done = 0, failed = 0, total } = {}) {
  const meter = $("progress", progress);
  bar.inert = true;
  progress.hidden = false;
  if (total) {
    Object.assign(meter, { max: total, value: done + failed });
    $("p", progress).textContent = _("{done} of {total}", { done: number(done + failed), total: number(total) });
  } else {
    meter.removeAttribute("value");
    $("p", progress).textContent = _("Starting");
  }
}

export function rest() {
  bar.inert = false;
  progress.hidden = true;
}
