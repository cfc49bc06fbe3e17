// One upload over the network, with progress. Resolves with the server's answer; rejects with a Failure.
const LOST = "The network is gone.";

export class Failure extends Error {
  // retryAfter: seconds until it may be tried again by itself; undefined where only a person can mend it.
  constructor(message, { retryAfter, lost = false } = {}) {
    super(message);
    this.retryAfter = retryAfter;
    this.lost = lost;
  }
}

// The server's words are those of the API; these are a person's.
const WORDS = {
  610: "This is not a picture or video that can be read, or it is damaged.",
  613: "This kind of file is not taken here.",
  101: "You sent this one already today.",
};

function failure(xhr) {
  let error = {};
  try { error = JSON.parse(xhr.responseText).error ?? {}; } catch { /* a proxy's page, perhaps */ }
  const wait = Number(xhr.getResponseHeader("Retry-After"));
  const message = WORDS[error.code] ?? error.message ?? `The server answered ${xhr.status}.`;
  const passing = [429, 502, 503, 504].includes(xhr.status);
  return new Failure(message, { retryAfter: passing ? wait || 5 : undefined });
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
      if (xhr.status !== 200) { reject(failure(xhr)); return; }
      try { resolve(JSON.parse(xhr.responseText)); } catch { reject(new Failure("The server's answer makes no sense.")); }
    });
    xhr.addEventListener("error", () => reject(new Failure(LOST, { lost: true, retryAfter: 1 })));
    xhr.addEventListener("abort", () => reject(new Failure("Cancelled.")));
    xhr.send(data);
  });
  return { done, abort: () => xhr.abort() };
}
