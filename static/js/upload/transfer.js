// One upload over the network, with progress. Resolves with the server's answer; rejects with a Failure.
const LOST = "The network is gone.";

export class Failure extends Error {
  // retryAfter: seconds until an automatic retry; undefined if a retry can't help.
  // unsure: the server may have the file nevertheless.
  constructor(message, { retryAfter, lost = false, unsure = lost } = {}) {
    super(message);
    Object.assign(this, { retryAfter, lost, unsure });
  }
}

// The server's messages are those of the API; these are for people.
const WORDS = {
  610: "This is not a picture or video that can be read, or it is damaged.",
  613: "This kind of file is not taken here.",
  101: "You sent this one already today.",
};

function failure(status, text, retryAfter) {
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    /* a proxy's page, perhaps */
  }
  const message = WORDS[error.code] ?? error.message ?? `The server answered ${status}.`;
  const passing = [429, 502, 503, 504].includes(status);
  return new Failure(message, {
    retryAfter: passing ? Number(retryAfter) || 5 : undefined,
    unsure: [502, 504].includes(status),
  });
}

// Whether a file whose answer was lost has arrived: the answer, or undefined.
// Rejects with a Failure while the server doesn't know yet.
export async function arrived(form, sha256, seconds, known) {
  const body = new URLSearchParams({ sha256, seconds, known });
  const headers = { Accept: "application/json", "X-CSRFToken": form.dataset.token };
  let answer;
  try {
    answer = await fetch(form.dataset.arrived, { method: "POST", body, headers });
  } catch {
    throw new Failure(LOST, { lost: true, retryAfter: 1 });
  }
  const text = await answer.text().catch(() => "");
  if (!answer.ok) throw failure(answer.status, text, answer.headers.get("Retry-After"));
  const result = JSON.parse(text);
  if (result.state === "processing") throw new Failure("The server is working on it.", { retryAfter: 2 });
  return result.state === "arrived" ? result : undefined;
}

export function send(form, item, onProgress) {
  const data = new FormData();
  for (const [name, value] of Object.entries(item.fields())) data.append(name, value);
  if (item.file) data.append("source", item.file, item.file.name);
  else data.append("source", item.address);
  const xhr = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    xhr.open("POST", form.action);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.setRequestHeader("X-CSRFToken", form.dataset.token);
    xhr.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    xhr.addEventListener("load", () => {
      if (xhr.status !== 200) {
        reject(failure(xhr.status, xhr.responseText, xhr.getResponseHeader("Retry-After")));
        return;
      }
      try {
        resolve(JSON.parse(xhr.responseText));
      } catch {
        reject(new Failure("The server's answer makes no sense."));
      }
    });
    xhr.addEventListener("error", () => reject(new Failure(LOST, { lost: true, retryAfter: 1 })));
    xhr.addEventListener("abort", () => reject(new Failure("Cancelled.")));
    xhr.send(data);
  });
  return { done, abort: () => xhr.abort() };
}
