// Of finished uploads: delete links, and the receipt.
import { files } from "./words.js";

export function deleteLinks(items) {
  return items.map((item) => item.answer.image.delete_url).join("\n");
}

export function receipt(items) {
  const lines = items.map(
    (item) =>
      `${item.sha256}  ${item.size || item.answer.image.size}  ${item.name}\n    ${item.answer.image.url_viewer}`,
  );
  return [
    `Receipt of ${files(items.length)}, ${new Date().toISOString()}`,
    "SHA-256 of what was sent, size in bytes, name; link",
    "",
    ...lines,
    "",
  ].join("\n");
}

export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
