// What only a browser can find out about a proxy: whole bodies, and answers that take their time, come through it.
import { $, icon } from "./dom.js";
import { _ } from "./language.js";

const MEGABYTES = [2, 8, 32, 100]; // of test bodies; a phone has memory for these
const SECONDS = 70; // as long as an upload may wait for its turn

const form = $("[data-check]");
form.addEventListener("submit", () => ($("[data-checking]").hidden = false));

const section = $("[data-from-browser]");
const list = section && $("ul", section);

function row(title, isGood, text) {
  const item = document.createElement("li");
  item.className = isGood ? "good" : "bad";
  const [said, name, mark, more] = ["p", "strong", "span", "p"].map((tag) => document.createElement(tag));
  name.textContent = title;
  mark.className = "mark";
  mark.classList.toggle("bad", !isGood);
  mark.textContent = isGood ? _("Good") : _("Wrong");
  more.className = "quiet";
  more.textContent = text;
  said.append(name, " ", mark);
  const words = document.createElement("div");
  words.append(said, more);
  item.append(icon(isGood ? "check" : "triangle-alert"), words);
  list.append(item);
  list.hidden = false;
}

// The status of an answer; 0 where the connection ended.
const ask = (path, options) =>
  fetch(section.dataset.path + path, { ...options, cache: "no-store", credentials: "omit" }).then(
    ({ status }) => status,
    () => 0,
  );

async function bodies() {
  for (const size of MEGABYTES.filter((one) => one <= Number(section.dataset.megabytes))) {
    const status = await ask("/body", { method: "POST", body: new Blob([new Uint8Array(size * 1e6)]) });
    const good = _("Bodies of {size} get through.", { size: `${size} MB` });
    const bad = _("Bodies of {size} are refused on the way ({status}).", { size: `${size} MB`, status });
    row(_("Large uploads"), status === 200, status === 200 ? good : bad);
    if (status !== 200) return;
  }
}

async function wait() {
  const status = await ask(`/wait/${SECONDS}`);
  const good = _("An answer may take {seconds} seconds.", { seconds: SECONDS });
  const bad = _("An answer that takes {seconds} seconds doesn't arrive ({status}).", { seconds: SECONDS, status });
  row(_("Slow answers"), status === 200, status === 200 ? good : bad);
}

if (section) {
  section.hidden = false;
  for (const [name, test] of Object.entries({ bodies, wait })) {
    $(`[data-test="${name}"]`, section).addEventListener("click", async ({ currentTarget: button }) => {
      button.disabled = true;
      list.setAttribute("aria-busy", "true");
      await test();
      list.removeAttribute("aria-busy");
      button.disabled = false;
      button.focus();
    });
  }
}
