// One upload over the network, with progress. Resolves with the server's answer; rejects with a Failure.
import { _ } from "../language.js";
import { proxyFault } from "./proxies.js";
import { serverRefusal, STATES } from "./words.js";

export class Failure extends Error {
  // retryAfter: seconds until an automatic retry; undefined: none.
  // spent: another try needs another key. isOther: the key came with something else.
  // holds: nothing else can be sent before that either. mayHelp: whether a person may try again.
  // unsure: the server may have the file nevertheless. session: the log-in is gone. fixes: lines for a proxy.
  constructor(message, { lost = false, unsure = lost, mayHelp = true, ...more } = {}) {
    super(message);
    const usual = { holds: false, session: false, fixes: [], spent: false, isOther: false };
    Object.assign(this, { lost, unsure, mayHelp, ...usual, ...more });
  }
}

const LOST = () => new Failure(STATES.resting, { lost: true, retryAfter: 1 });
const WORKING = () => new Failure(_("The server is still processing this file."), { retryAfter: 2 });
const RETRIED = [409, 429, 502, 503, 504, 524];
const SPENT = [410, 422];
const UNSURE = [502, 504, 524];

function failure(status, text, header, bytes) {
  let [error, words] = [undefined, undefined];
  try {
    ({ error, words } = JSON.parse(text));
  } catch {
    /* a proxy's page, perhaps */
  }
  const after = Number(header("Retry-After")) || undefined;
  const isFlood = /^Flooding/.test(error?.message ?? "");
  const retryAfter = RETRIED.includes(status) || isFlood ? (after ?? 5) : undefined;
  const holds = retryAfter !== undefined && after !== undefined && status !== 409;
  if (!error) {
    const fault = proxyFault(status, header("Server"), bytes);
    const mayHelp = status !== 413;
    const unsure = UNSURE.includes(status);
    const message = fault?.text ?? _("The server answered {status}.", { status });
    return new Failure(message, { retryAfter, holds, mayHelp, unsure, fixes: fault?.fixes ?? [] });
  }
  const message = words?.text ?? serverRefusal(status) ?? error.message;
  return new Failure(message, {
    retryAfter,
    holds,
    mayHelp: words?.may_help ?? status !== 413,
    session: status === 403,
    spent: SPENT.includes(status),
    isOther: status === 422,
  });
}

export function headersOf(form) {
  return {
    Accept: "application/json",
    "X-CSRFToken": form.dataset.token,
    "X-Keepsake-Member": form.dataset.member,
  };
}

// Whether a file whose answer was lost has arrived: that answer, or undefined.
// Rejects with a Failure while the server doesn't know yet.
export async function arrived(form, key) {
  const body = new URLSearchParams({ key });
  let answer;
  try {
    answer = await fetch(form.dataset.arrived, { method: "POST", body, headers: headersOf(form) });
  } catch {
    throw LOST();
  }
  const text = await answer.text().catch(() => "");
  if ([400, 403].includes(answer.status)) throw new Failure("", { session: true });
  if (!answer.ok) throw failure(answer.status, text, (name) => answer.headers.get(name), 0);
  const result = JSON.parse(text);
  if (result.state === "processing") throw WORKING();
  return result.state === "arrived" ? result : undefined;
}

// The page of what this visitor has of these bytes already. Whoever can't be asked doesn't stand in the way.
export async function same(form, sha256) {
  const body = new URLSearchParams({ sha256 });
  const answer = await fetch(form.dataset.same, { method: "POST", body, headers: headersOf(form) }).catch(() => null);
  return answer?.ok ? (await answer.json().catch(() => ({}))).url : null;
}

// What this visitor has, by the URL of its page, into the album that was chosen. Whether it is there.
export async function put(form, page, album) {
  if (!album) return false;
  const body = new URLSearchParams({ uploads: page.split(/[./]/).pop() });
  const at = form.dataset.into.replace("ID", album);
  return Boolean((await fetch(at, { method: "POST", body, headers: headersOf(form) }).catch(() => null))?.ok);
}

export function send(form, item, onProgress) {
  const data = new FormData();
  for (const [name, value] of Object.entries(item.sent)) if (value) data.append(name, value);
  if (item.file) data.append("source", item.file, item.file.name);
  else data.append("source", item.address);
  const xhr = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    xhr.open("POST", form.action);
    const headers = { ...headersOf(form), "Idempotency-Key": item.key };
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    xhr.addEventListener("load", () => {
      if (xhr.status !== 200) {
        reject(failure(xhr.status, xhr.responseText, (name) => xhr.getResponseHeader(name), item.size));
        return;
      }
      try {
        resolve(JSON.parse(xhr.responseText));
      } catch {
        reject(new Failure(_("The answer of the server can't be read.")));
      }
    });
    xhr.addEventListener("error", () => reject(LOST()));
    xhr.addEventListener("abort", () => reject(new Failure(STATES.cancelled)));
    xhr.send(data);
  });
  return { done, abort: () => xhr.abort() };
}
