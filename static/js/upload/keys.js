// The Idempotency-Key of each file: random, the same whenever the file is sent again, also when it is chosen again
// after the page was loaded anew. By it the server stores one upload and gives one answer.
const used = new Set(); // by rows of this page: the same file twice is two uploads

const fresh = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain HTTP
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

// In which the browser remembers the key of a file that is on its way, for as long as the tab is open.
const slot = ({ name, size, lastModified }) => `upload-key ${name} ${size} ${lastModified}`;

export function keyOf(file) {
  const kept = file && sessionStorage.getItem(slot(file));
  const isKept = Boolean(kept) && !used.has(kept);
  const key = isKept ? kept : fresh();
  used.add(key);
  return { key, isKept };
}

export function keep(file, key) {
  try {
    if (file) sessionStorage.setItem(slot(file), key);
  } catch {
    /* full: it is sent with its key nevertheless */
  }
}

export function forget(file, key) {
  if (file && sessionStorage.getItem(slot(file)) === key) sessionStorage.removeItem(slot(file));
}
