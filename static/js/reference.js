// /api: calls of the API that a person tries. The key stays in its field: never in a URL, never stored.
import { $, $$ } from "./dom.js";
import { _ } from "./language.js";

const key = $("#try-key");
for (const form of $$("[data-trial] form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
}

const maker = $("[data-make-key]");
maker?.addEventListener("click", async () => {
  const body = new URLSearchParams({ csrf_token: maker.dataset.token });
  const answer = await fetch(maker.dataset.makeKey, { method: "POST", body }).catch(() => null);
  const isMade = answer?.status === 201;
  if (isMade) key.value = (await answer.json()).key;
  $("[data-made]").textContent = isMade
    ? _("Made. It ends in an hour, or earlier, if you revoke it under API keys.")
    : _("That didn't work. Reload the page and try again.");
});

async function run(form) {
  if (!key.value.trim() && !$("[data-name=key]", form)?.value) return askForKey();
  const began = performance.now();
  say(form, { status: _("Sending"), took: "", headers: "", body: "" });
  try {
    const answer = await fetch(addressOf(form), { ...bodyOf(form), method: form.dataset.method, credentials: "omit" });
    const body = await answer.text();
    say(form, {
      status: `${answer.status} ${answer.statusText}`.trim(),
      took: _("{n} ms", { n: Math.round(performance.now() - began) }),
      headers: [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n"),
      body: pretty(body),
    });
  } catch (error) {
    say(form, { status: _("Not sent. {reason}", { reason: error.message }), took: "", headers: "", body: "" });
  }
}

// A call without one answers only that it needs one.
function askForKey() {
  $("[data-made]").textContent = _("Enter a key here first, or make one.");
  key.focus();
}

const given = (form, where) =>
  $$(`[data-in=${where}]`, form)
    .map((field) => [field.dataset.name, field.type === "file" ? field.files[0] : field.value.trim()])
    .filter(([, value]) => value);

function addressOf(form) {
  let { path } = form.dataset;
  for (const [name, value] of given(form, "path")) path = path.replace(`{${name}}`, encodeURIComponent(value));
  const query = new URLSearchParams(given(form, "query")).toString();
  return new URL(`${$("[data-root]").dataset.root}${path}${query && `?${query}`}`, location.origin);
}

function bodyOf(form) {
  const headers = { Accept: "application/json", ...Object.fromEntries(given(form, "header")) };
  if (key.value.trim()) headers["X-API-Key"] = key.value.trim();
  if (form.dataset.type === "application/json") {
    headers["Content-Type"] = "application/json";
    return { headers, body: $("[data-json]", form).value };
  }
  if (!form.dataset.type) return { headers };
  const body = new FormData();
  for (const [name, value] of given(form, "body")) body.append(name, value);
  return { headers, body };
}

function say(form, texts) {
  $("[data-answer]", form).hidden = false;
  $("[data-status]", form).textContent = texts.status;
  $("[data-took]", form).textContent = texts.took;
  $("[data-headers]", form).value = texts.headers;
  $("[data-body]", form).value = texts.body;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
