// Files out of a drop, folders walked through. What the system itself leaves in folders is nobody's picture.
const LITTER = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;

const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function walk(entry, found) {
  if (entry.isFile) {
    if (!LITTER.test(entry.name)) found.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (let batch = await entriesOf(reader); batch.length; batch = await entriesOf(reader)) {
    // a hundred at a time, until none
    for (const inner of batch) await walk(inner, found);
  }
}

export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files];
  if (!entries.length) return plain.map((file) => ({ file, path: file.name }));
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

export function filesOfInput(input) {
  return [...input.files]
    .filter((file) => !LITTER.test(file.name))
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}
