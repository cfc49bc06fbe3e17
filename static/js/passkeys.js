import { $, $$ } from "./dom.js";
import { _ } from "./language.js";

// Passkeys (WebAuthn). Bytes travel as base64url; the server's options and its answers are JSON.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

function creation(options) {
  const { user, challenge, excludeCredentials } = options;
  return {
    ...options,
    challenge: bytes(challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: withBytes(excludeCredentials),
  };
}

function request(options) {
  const { challenge, allowCredentials } = options;
  return { ...options, challenge: bytes(challenge), allowCredentials: withBytes(allowCredentials) };
}

function asText({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
}

const PROBLEMS = {
  InvalidStateError: _("This device has a passkey for you already."),
  SecurityError: _("Passkeys don't work at this URL. Open the site at its usual one."),
  NotAllowedError: _("No passkey was used. Try again, or go another way."),
};

// The browser asks its person; then the form goes to the server with what it said.
async function send(form, ask) {
  const [button, problem] = [$("button", form), $("[data-problem]", form)];
  button.disabled = true;
  problem.hidden = true;
  try {
    form.elements.answer.value = asText(await ask());
    form.submit();
  } catch (error) {
    const known = error instanceof Refused ? error.message : PROBLEMS[error.name];
    problem.textContent = known ?? _("That didn't work. Reload the page and try again.");
    problem.hidden = false;
    button.disabled = false;
  }
}

// What the server says is said to the reader as it is.
class Refused extends Error {}

async function optionsOf(form, url) {
  const answer = await fetch(url, { method: "POST", body: new FormData(form) });
  const value = await answer.json();
  if (!answer.ok && value.problem) throw new Refused(value.problem);
  return value;
}

function prepare(form, ask) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.name) form.elements.name.value = $(form.dataset.name).value;
    send(form, ask);
  });
}

const create = async (options) => navigator.credentials.create({ publicKey: creation(options) });

if (window.PublicKeyCredential) {
  for (const form of $$("[data-passkey]")) {
    prepare(form, async () => {
      const options = request(await optionsOf(form, form.dataset.passkey));
      return navigator.credentials.get({ publicKey: options });
    });
  }
  for (const form of $$("[data-new-passkey]")) prepare(form, () => create(JSON.parse(form.dataset.newPasskey)));
  for (const form of $$("[data-new-passkey-from]")) {
    prepare(form, async () => create(await optionsOf(form, form.dataset.newPasskeyFrom)));
  }
} else {
  for (const notice of $$("[data-no-passkeys]")) notice.hidden = false;
}
