// Files of a drop, including those in folders, without the operating system's own files.
const LITTER = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;

const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function walk(entry, files) {
  if (entry.isFile) {
    if (!LITTER.test(entry.name)) files.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (let batch = await entriesOf(reader); batch.length; batch = await entriesOf(reader)) {
    // a hundred at a time, until none
    for (const inner of batch) await walk(inner, files);
  }
}

export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files];
  if (!entries.length) return plain.map((file) => ({ file, path: file.name }));
  const files = [];
  for (const entry of entries) await walk(entry, files);
  return files;
}

export function filesOfInput(input) {
  return [...input.files]
    .filter((file) => !LITTER.test(file.name))
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

// Where a text is nothing but URLs.
export function urlsIn(text) {
  const lines = text.split(/\s+/).filter(Boolean);
  return lines.length && lines.every((line) => /^https?:\/\/\S+$/i.test(line)) ? lines : [];
}
