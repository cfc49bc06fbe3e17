// Of finished uploads: delete links, and the receipt.
import { _, ngettext } from "../language.js";

export function deleteLinks(items) {
  return items.map((item) => item.answer.image.delete_url).join("\n");
}

export function receipt(items) {
  const time = new Date().toISOString();
  const lines = items.map(
    (item) =>
      `${item.sha256}  ${item.size || item.answer.image.size}  ${item.name}\n    ${item.answer.image.url_viewer}`,
  );
  return [
    ngettext("Receipt for {n} file, {time}", "Receipt for {n} files, {time}", items.length, { time }),
    _("SHA-256 of the file sent, size in bytes, name; link"),
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
