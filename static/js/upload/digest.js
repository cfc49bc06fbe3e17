// The SHA-256 of a file, computed in a worker, piece by piece: crypto.subtle is missing on plain HTTP, and wants the file whole.
const worker = new Worker(new URL("./digest_worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let last = 0;

worker.addEventListener("message", ({ data }) => {
  waiting.get(data.id)?.(data.hex);
  waiting.delete(data.id);
});

// Resolves with hexadecimal text, or "" where the file can't be read.
export function sha256(file) {
  return new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    worker.postMessage({ id: last, file });
  });
}
