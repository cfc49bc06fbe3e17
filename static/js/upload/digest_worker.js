import { sha256 } from "../../vendor/noble-hashes/sha2.js";

const PIECE = 4 * 1024 * 1024;
const queue = [];
let busy = false;

async function digest(file) {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += PIECE) {
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
  }
  return [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

addEventListener("message", async ({ data }) => {
  // one file after the other: the disk is read in order
  queue.push(data);
  if (busy) return;
  busy = true;
  while (queue.length) {
    const { id, file } = queue.shift();
    let hex = "";
    try {
      hex = await digest(file);
    } catch {
      /* the file is gone or may not be read */
    }
    postMessage({ id, hex });
  }
  busy = false;
});
