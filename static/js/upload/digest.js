// The SHA-256 of a file, computed in a worker, in pieces:
// crypto.subtle is missing on plain HTTP, and needs the whole file in memory.
const waiting = new Map();
let worker;
let last = 0;

// Early, while there is a connection.
export function start() {
  if (worker) return;
  worker = new Worker(document.body.dataset.digestScript, { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    waiting.get(data.id)?.(data.hex);
    waiting.delete(data.id);
  });
  worker.addEventListener("error", () => {
    // its script could not be loaded: go on without a receipt, and try again next time
    worker = undefined;
    for (const resolve of waiting.values()) resolve("");
    waiting.clear();
  });
}

// Resolves with hexadecimal text, or "" if it can't be computed.
export function sha256(file) {
  start();
  return new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    worker.postMessage({ id: last, file });
  });
}
